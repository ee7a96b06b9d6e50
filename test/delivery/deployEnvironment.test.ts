import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deployEnvironment, planEnvironment } from '../../client/src/delivery/deployEnvironment.ts';
import { dependants, inDependencyOrder } from '../../client/src/delivery/environmentOrder.ts';
import { releaseId, releaseIdentity } from '../../client/src/delivery/identity.ts';
import type { DeployResult, Ports, ReleaseRecord } from '../../client/src/ports.ts';
import type { EffectiveService, ServiceSummary } from '../../server/src/protocol.ts';
import { deployment, digest, effective, releaseRecord, repository, service, world } from './world.ts';

const signal = new AbortController().signal;
const named = (name: string, dependsOn: string[] = []): ServiceSummary => ({ ...service, id: `zero-dsp/${name}`, name, dependsOn });

/** Three services, one release each, in a world whose platform fails as told. */
function three(fails: Readonly<Record<string, DeployResult>> = {}, without: readonly string[] = []) {
  const services = [named('web', ['order-api', 'redis']), named('order-api', ['billing']), named('billing')];
  const made = world();
  const releases = new Map<string, ReleaseRecord>();
  for (const { id, name } of services) {
    const identity = releaseIdentity(id, { repository, digest: digest('a') }, { metadata: { name } });
    releases.set(id, { ...releaseRecord({}), id: releaseId(identity), identity, manifest: { metadata: { name } } });
  }
  made.registry.set(`${repository}@${digest('a')}`, digest('a'));
  const applied: string[] = [];
  const base = made.ports;
  const platform = base.platforms.of({ kind: 'compose', project: '', hosts: [], placement: 'spread' });
  const ports: Ports = {
    ...base,
    documents: {
      ...base.documents,
      model: async () => ({ ...(await base.documents.model(signal)), services }),
      effective: async (id) => ({
        service: { ...effective, name: id.split('/')[1] } as EffectiveService,
        text: '',
        problems: [],
        manifest: {},
      }),
    },
    records: {
      ...base.records,
      releases: async (_folder, id) => ({
        releases: [releases.get(id)].flatMap((release) => (release && !without.includes(id) ? [release] : [])),
        unreadable: [],
      }),
      noteDeployment: async () => undefined,
    },
    platforms: {
      of: () => ({
        ...platform,
        apply: async (plan) => {
          applied.push(plan.service);
          return fails[plan.service] ?? { outcome: 'Succeeded', message: 'healthy' };
        },
        history: async (where, name) => {
          const release = releases.get(`zero-dsp/${name}`);
          return where.name === 'dev' && release && name !== 'web' ? [deployment(release, 1, { service: name })] : [];
        },
      }),
    },
  };
  return { ports, applied };
}
const answers = (goOn = false) => ({ confirm: async () => true, typeName: async () => undefined, goOn: async () => goOn });
const failed: DeployResult = { outcome: 'Failed', message: 'crashes' };

describe('the order of services', () => {
  it('is that of dependsOn, and what is not here does not count', () => {
    const services = [named('web', ['order-api', 'redis']), named('order-api', ['billing']), named('billing')];
    assert.deepEqual(
      inDependencyOrder(services).map(({ name }) => name),
      ['billing', 'order-api', 'web'],
    );
    assert.deepEqual([...dependants(services, 'billing')], ['order-api', 'web']);
  });
  it('does not exist in a circle', () => {
    assert.throws(() => inDependencyOrder([named('a', ['b']), named('b', ['a'])]), /`a` → `b` → `a`/);
  });
});

describe('deploying an environment', () => {
  it('is one plan in the order of dependsOn, confirmed once', async () => {
    const { ports, applied } = three();
    let asked = 0;
    const questions = { ...answers(), confirm: async () => ++asked > 0 };
    const { outcomes, plan } = await deployEnvironment(ports, { environment: 'dev' }, questions, () => undefined, signal);
    assert.equal(asked, 1);
    assert.deepEqual(applied, ['billing', 'order-api', 'web']);
    assert.deepEqual(
      outcomes.map(({ result }) => result?.outcome),
      ['Succeeded', 'Succeeded', 'Succeeded'],
    );
    assert.equal(plan.parts?.length, 3);
    assert.match(plan.service, /3 services of zero-dsp/);
  });
  it('stops after a failure, and says what was not tried', async () => {
    const { ports, applied } = three({ billing: failed });
    const { outcomes } = await deployEnvironment(ports, { environment: 'dev' }, answers(false), () => undefined, signal);
    assert.deepEqual(applied, ['billing']);
    assert.deepEqual(
      outcomes.map(({ reason }) => reason),
      [undefined, 'stopped after billing', 'stopped after billing'],
    );
  });
  it('goes on with what does not depend on the one that failed', async () => {
    const { ports, applied } = three({ 'order-api': failed });
    const { outcomes } = await deployEnvironment(ports, { environment: 'dev' }, answers(true), () => undefined, signal);
    assert.deepEqual(applied, ['billing', 'order-api']);
    assert.equal(outcomes[2]?.reason, 'depends on order-api');
  });
  it('leaves out what has no release that may go, and says so in the plan', async () => {
    const { ports } = three({}, ['zero-dsp/web']);
    const { plan, leftOut } = await planEnvironment(ports, { environment: 'dev' }, () => undefined, signal);
    assert.deepEqual(leftOut, [{ service: 'web', reason: 'no release yet' }]);
    assert.match(plan.warnings[0] ?? '', /^web is left out: no release yet/);
  });
  it('takes the releases of another environment', async () => {
    const { ports } = three();
    const { parts, leftOut } = await planEnvironment(ports, { environment: 'staging', like: 'dev' }, () => undefined, signal);
    assert.deepEqual(
      parts.map(({ service: { name } }) => name),
      ['billing', 'order-api'],
    );
    assert.deepEqual(leftOut, [{ service: 'web', reason: 'nothing has succeeded in dev' }]);
  });
  it('writes nothing without confirmation', async () => {
    const { ports, applied } = three();
    const none = await deployEnvironment(
      ports,
      { environment: 'dev' },
      { ...answers(), confirm: async () => false },
      () => undefined,
      signal,
    );
    assert.deepEqual([none.outcomes.length, applied.length], [0, 0]);
  });
});
