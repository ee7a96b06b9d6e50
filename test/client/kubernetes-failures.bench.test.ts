import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DeployIntent, Diagnosis } from '../../client/src/ports.ts';
import type { EffectiveService, ImageByDigest } from '../../server/src/protocol.ts';
import { type Bench, deploy, intentOf, quick, sharedBench, soon } from './kubernetesBench.ts';

// Most of these wait for the back-off of the kubelet: they wait together.
describe('a release that does not become healthy in Kubernetes', { concurrency: 10 }, () => {
  let bench: Bench;
  let web: ImageByDigest;
  before(async () => {
    bench = await sharedBench();
    web = await bench.image('web');
  });
  after(() => bench?.[Symbol.asyncDispose]());

  /** Deploys what must fail; answers why, having seen that the record says the same. */
  async function failing(intent: DeployIntent): Promise<Diagnosis> {
    const { result } = await deploy(bench.platform, intent);
    assert.equal(result.outcome, 'Failed', result.message);
    const [record] = await bench.platform.history(intent.environment, intent.service.name, soon());
    assert.equal(record?.result, 'Failed');
    assert.ok(result.diagnosis);
    assert.ok(record?.message.startsWith(result.diagnosis.summary));
    assert.notEqual(result.diagnosis.advice, '');
    return result.diagnosis;
  }
  const probe = (change: Partial<NonNullable<EffectiveService['health']['readiness']>>) => ({
    ...{ period: 1, timeout: 1, failureThreshold: 2, initialDelay: 0 },
    ...change,
  });

  it('the image is not in the registry', async () => {
    const environment = await bench.environment('missing-image');
    const found = await failing(intentOf(environment, { ...web, digest: `sha256:${'0'.repeat(64)}` }));
    assert.equal(found.kind, 'image-missing');
    assert.match(found.summary, /not in the registry/);
    assert.equal(found.manifestPath, 'image.repository');
  });

  it('the process ends again and again: with its last lines', async () => {
    const found = await failing(
      intentOf(await bench.environment('crashing'), await bench.image('crash'), { rollout: { ...quick(60), minReady: 15 } }),
    );
    assert.equal(found.kind, 'crash-loop');
    assert.match(found.summary, /exit code 3/);
    assert.equal(found.log.length, 50);
    assert.equal(found.log.at(-1), 'before the crash 60');
  });

  it('it takes more memory than it may', async () => {
    const found = await failing(
      intentOf(await bench.environment('hungry'), await bench.image('hungry'), { rollout: { ...quick(60), minReady: 15 } }),
    );
    assert.equal(found.kind, 'out-of-memory');
    assert.equal(found.manifestPath, 'resources.limits.memory');
  });

  it('the readiness probe does not succeed', async () => {
    const health = { readiness: probe({ http: { port: 8080, path: '/nothing' } }) };
    const found = await failing(intentOf(await bench.environment('unready'), web, { health, rollout: quick(20) }));
    assert.equal(found.kind, 'probe');
    assert.match(found.summary, /404/);
    assert.equal(found.manifestPath, 'health.readiness');
  });

  it('the liveness probe kills it', async () => {
    const health = { liveness: probe({ tcp: { port: 9999 } }) };
    const found = await failing(intentOf(await bench.environment('killed'), web, { health, rollout: { ...quick(60), minReady: 50 } }));
    assert.equal(found.kind, 'probe');
    assert.equal(found.manifestPath, 'health.liveness');
  });

  it('no node is large enough', async () => {
    const resources = { requests: { cpu: '900' }, limits: {} };
    const found = await failing(intentOf(await bench.environment('large'), web, { resources, rollout: quick(4) }));
    assert.equal(found.kind, 'scheduling');
    assert.match(found.summary, /Insufficient cpu/);
    assert.equal(found.manifestPath, 'resources.requests.cpu');
  });

  it('no node has the JDK', async () => {
    const jdk = { version: '21', mode: 'hostMount', mountPath: '/opt/jdk' } as const;
    const found = await failing(intentOf(await bench.environment('jdk'), web, { jdk, rollout: quick(4) }));
    assert.equal(found.kind, 'scheduling');
    assert.match(found.advice, /waybill\.dev\/jdk-/);
  });

  it('the quota is exceeded: warned of in the plan, failed at once', async () => {
    const environment = await bench.environment('quota');
    await bench.cluster.kubectl('create', 'quota', 'small', '-n', 'quota', '--hard=pods=1');
    const intent = intentOf(environment, web, { replicas: 3 });
    let plan = await bench.platform.plan(intent, soon());
    // The quota's status is filled in by a controller.
    for (let i = 0; i < 50 && plan.warnings.length === 0; i++) plan = await bench.platform.plan(intent, soon());
    assert.match(plan.warnings.join(), /Quota small: pods allows 1, 0 are used, and this deployment may need 3 more/);
    const begun = Date.now();
    const found = await failing(intent);
    assert.equal(found.kind, 'quota');
    assert.match(found.summary, /small, requested: pods=1, used: pods=1, limited: pods=1/);
    assert.ok(Date.now() - begun < 20_000);
  });

  it('the program is not in the image', async () => {
    const found = await failing(intentOf(await bench.environment('no-program'), await bench.image('noProgram')));
    assert.equal(found.kind, 'start-error');
    assert.match(found.advice, /ENTRYPOINT/);
  });

  it('the image runs as root, which the defaults forbid', async () => {
    const intent = intentOf(await bench.environment('rootless'), await bench.image('rootUser'));
    const { uid: _, ...service } = intent.service;
    const found = await failing({ ...intent, service });
    assert.equal(found.kind, 'config-error');
    assert.equal(found.manifestPath, 'build.base');
  });
});
