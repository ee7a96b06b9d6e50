// All services of a product into a namespace by one plan, on a real cluster and registry.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deployEnvironment } from '../../client/src/delivery/deployEnvironment.ts';
import { releaseAlias, releaseId, releaseIdentity } from '../../client/src/delivery/identity.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { Ports, ReleaseRecord } from '../../client/src/ports.ts';
import { ociRegistry } from '../../client/src/registry/index.ts';
import type { EnvironmentSummary, ImageByDigest, ServiceSummary } from '../../server/src/protocol.ts';
import { type Bench, quick, serviceOf, sharedBench, soon } from '../client/kubernetesBench.ts';
import { releaseRecord, service as sample, world } from './world.ts';

describe('an environment', () => {
  let bench: Bench;
  let web: ImageByDigest;
  let noProgram: ImageByDigest;
  before(async () => {
    bench = await sharedBench();
    [web, noProgram] = await Promise.all([bench.image('web'), bench.image('noProgram')]);
  });
  after(() => bench?.[Symbol.asyncDispose]());

  const named = (name: string, dependsOn: readonly string[]): ServiceSummary => ({ ...sample, id: `zero-dsp/${name}`, name, dependsOn });
  const services = [named('shop', ['orders']), named('orders', []), named('mail', [])];

  /** Ports on the real platform and registry; documents and release files are in memory. */
  function portsOn(environments: readonly EnvironmentSummary[], images: Readonly<Record<string, ImageByDigest>>): Ports {
    const { ports } = world();
    const releases = new Map(
      services.map(({ id, name }): [string, ReleaseRecord] => {
        const identity = releaseIdentity(id, images[name] ?? web, { metadata: { name } });
        const record = { ...releaseRecord({}), id: releaseId(identity), alias: releaseAlias(releaseId(identity)), identity };
        return [id, { ...record, manifest: { metadata: { name } } }];
      }),
    );
    return {
      ...ports,
      clock: systemClock(),
      registry: ociRegistry({ credentials: { forRegistry: async () => undefined } }),
      platforms: { of: () => bench.platform },
      records: {
        ...ports.records,
        releases: async (_folder, id) => ({ releases: [releases.get(id)].flatMap((one) => one ?? []), unreadable: [] }),
        noteDeployment: async () => undefined,
      },
      documents: {
        ...ports.documents,
        model: async () => ({ services, environments, pools: [], registries: [], problems: [] }),
        effective: async (id, environment) => {
          const name = id.split('/')[1] ?? '';
          return {
            service: serviceOf(images[name] ?? web, { name, environment, rollout: quick(20) }),
            text: '',
            problems: [],
            manifest: {},
          };
        },
      },
    };
  }
  const questions = (goOn: boolean) => ({ confirm: async () => true, typeName: async () => undefined, goOn: async () => goOn });
  const outcomes = async (ports: Ports, input: Parameters<typeof deployEnvironment>[1], goOn = false) =>
    (await deployEnvironment(ports, input, questions(goOn), () => undefined, soon(180))).outcomes.map(
      ({ service, result, reason }) => `${service} ${result?.outcome ?? reason}`,
    );

  it('gets all services in the order of their dependencies, and another one the same', async () => {
    const one = { ...(await bench.environment('whole-one')), name: 'one' };
    const two = { ...(await bench.environment('whole-two')), name: 'two' };
    const ports = portsOn([one, two], {});
    assert.deepEqual(await outcomes(ports, { environment: 'one' }), ['orders Succeeded', 'shop Succeeded', 'mail Succeeded']);
    assert.deepEqual(await outcomes(ports, { environment: 'two', like: 'one' }), ['orders Succeeded', 'shop Succeeded', 'mail Succeeded']);
    const images = (namespace: string) =>
      bench.cluster.kubectl('get', 'deploy', '-n', namespace, '-o', 'jsonpath={.items[*].spec.template.spec.containers[0].image}');
    assert.equal(await images('whole-two'), await images('whole-one'));
  });
  it('goes on after a failure with what does not depend on the service that failed', async () => {
    const ports = portsOn([{ ...(await bench.environment('whole-three')), name: 'three' }], { orders: noProgram });
    assert.deepEqual(await outcomes(ports, { environment: 'three' }, true), ['orders Failed', 'shop depends on orders', 'mail Succeeded']);
    assert.equal(await bench.cluster.kubectl('get', 'deploy', 'shop', '-n', 'whole-three', '--ignore-not-found', '-o', 'name'), '');
  });
});
