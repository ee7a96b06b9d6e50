import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DeployEvent } from '../../client/src/ports.ts';
import type { ImageByDigest } from '../../server/src/protocol.ts';
import { type Bench, deploy, intentOf, quick, serviceOf, sharedBench, soon } from './kubernetesBench.ts';

describe('a deployment to a Kubernetes namespace', () => {
  let bench: Bench;
  let web: ImageByDigest;
  before(async () => {
    bench = await sharedBench();
    web = await bench.image('web');
  });
  after(() => bench?.[Symbol.asyncDispose]());

  it('shows a plan, becomes healthy, runs the very digest and is recorded; a second plan changes nothing', async () => {
    const environment = await bench.environment('deploy-whole');
    const readiness = { http: { port: 8080, path: '/index.html' }, period: 1, timeout: 1, failureThreshold: 3, initialDelay: 0 };
    const config = [{ target: '/etc/app/app.properties', content: 'colour=green\n' }];
    const intent = intentOf(environment, web, {
      replicas: 2,
      health: { readiness },
      config,
      lifecycle: { stopGracePeriod: 1, preStopSleep: 1 },
    });
    const plan = await bench.platform.plan(intent, soon());
    assert.deepEqual(plan.refusals, []);
    assert.deepEqual(
      plan.changes.map((change) => `${change.change} ${change.object.replace(/-[0-9a-f]{8}$/, '-#')}`),
      [
        'create v1/ServiceAccount/order-api',
        'create v1/ConfigMap/order-api-#',
        'create v1/Service/order-api',
        'create apps/v1/Deployment/order-api',
        'create policy/v1/PodDisruptionBudget/order-api',
      ],
    );
    assert.match(plan.changes[3]?.diff ?? '', /^\+.*image: 127\.0\.0\.1:\d+\/test\/web@sha256:/m);
    const events: DeployEvent[] = [];
    const result = await bench.platform.apply(plan, (event) => events.push(event), soon());
    assert.equal(result.outcome, 'Succeeded', result.message);
    assert.ok(events.some((event) => event.type === 'progress' && event.wanted === 2));
    const running = await bench.cluster.kubectl(
      'get',
      'pods',
      '-n',
      'deploy-whole',
      '-o',
      'jsonpath={.items[*].status.containerStatuses[*].imageID}',
    );
    assert.equal(running.split(' ').filter((id) => id.endsWith(web.digest)).length, 2);
    const mounted = await bench.cluster.kubectl('exec', '-n', 'deploy-whole', 'deploy/order-api', '--', 'cat', '/etc/app/app.properties');
    assert.equal(mounted, 'colour=green\n');

    const second = await bench.platform.plan(intent, soon());
    assert.deepEqual(
      second.changes.map((change) => change.change),
      Array(5).fill('unchanged'),
    );
    assert.deepEqual(
      second.changes.map((change) => change.diff),
      Array(5).fill(''),
    );

    const [record, ...others] = await bench.platform.history(environment, 'order-api', soon());
    assert.equal(others.length, 0);
    assert.equal(record?.result, 'Succeeded');
    assert.equal(record?.sequence, 1);
    assert.deepEqual(record?.image, web);
    assert.deepEqual(record?.effective, intent.service);
  });

  it('restarts the instances when a configuration file changes, says so before, and rolls back to the recorded one', async () => {
    const environment = await bench.environment('deploy-config');
    const config = (colour: string) => ({ config: [{ target: '/etc/app.properties', content: `colour=${colour}\n` }] });
    const first = await deploy(bench.platform, intentOf(environment, web, config('green')));
    assert.equal(first.result.outcome, 'Succeeded', first.result.message);
    const update = await deploy(bench.platform, intentOf(environment, web, config('blue'), { release: 'rel-bbbbbbbbbbbb' }));
    assert.equal(update.result.outcome, 'Succeeded', update.result.message);
    const deployment = update.plan.changes.find((change) => change.object.includes('Deployment'));
    assert.equal(deployment?.change, 'update');
    assert.equal(deployment?.restarts, true);
    assert.match(deployment?.diff ?? '', /^-.*checksum\/config: /m);
    assert.match(update.plan.changes.find((change) => change.object.includes('ConfigMap'))?.diff ?? '', /colour=blue/);

    const history = await bench.platform.history(environment, 'order-api', soon());
    const target = history[1];
    assert.ok(target);
    const back = await deploy(bench.platform, {
      ...intentOf(environment, target.image, {}, { release: target.release, tag: target.tag, rollback: true }),
      service: target.effective,
    });
    assert.equal(back.result.outcome, 'Succeeded', back.result.message);
    assert.ok(back.plan.warnings.some((warning) => /Kept for rolling back: ConfigMap order-api-/.test(warning)));
    const file = await bench.cluster.kubectl('exec', '-n', 'deploy-config', 'deploy/order-api', '--', 'cat', '/etc/app.properties');
    assert.equal(file, 'colour=green\n');
    const records = await bench.platform.history(environment, 'order-api', soon());
    assert.deepEqual(
      records.map((entry) => [entry.sequence, entry.result, entry.rollback]),
      [
        [3, 'Succeeded', true],
        [2, 'Succeeded', false],
        [1, 'Succeeded', false],
      ],
    );
  });

  it('hands values over unchanged and keeps secrets out of plan and records', async () => {
    const environment = await bench.environment('deploy-secrets');
    await bench.cluster.kubectl(
      'create',
      'secret',
      'generic',
      'order-db',
      '-n',
      'deploy-secrets',
      '--from-literal=password=hunter2-not-for-records',
    );
    const env = [
      { name: 'LITERAL', value: '$(GREETING) $$x $y' },
      { name: 'PASSWORD', secret: { name: 'order-db', key: 'password' } },
    ];
    const { plan, result } = await deploy(bench.platform, intentOf(environment, web, { env }));
    assert.equal(result.outcome, 'Succeeded', result.message);
    const seen = await bench.cluster.kubectl(
      'exec',
      '-n',
      'deploy-secrets',
      'deploy/order-api',
      '--',
      'sh',
      '-c',
      'echo "$LITERAL/$PASSWORD"',
    );
    assert.equal(seen, '$(GREETING) $$x $y/hunter2-not-for-records\n');
    const records = await bench.platform.history(environment, 'order-api', soon());
    const parent = await bench.cluster.kubectl('get', 'configmap', 'waybill-order-api', '-n', 'deploy-secrets', '-o', 'json');
    assert.doesNotMatch(JSON.stringify([plan, result, records]) + parent, /hunter2/);
  });

  it('keeps as many records as the environment says, and no lock', async () => {
    const environment = { ...(await bench.environment('deploy-keep')), keepRecords: 2 };
    for (const number of [1, 2, 3]) {
      const { result } = await deploy(bench.platform, intentOf(environment, web, { env: [{ name: 'N', value: String(number) }] }));
      assert.equal(result.outcome, 'Succeeded', result.message);
    }
    const records = await bench.platform.history(environment, 'order-api', soon());
    assert.deepEqual(
      records.map((entry) => entry.sequence),
      [3, 2],
    );
    const parent = await bench.cluster.kubectl('get', 'configmap', 'waybill-order-api', '-n', 'deploy-keep', '-o', 'json');
    assert.doesNotMatch(parent, /waybill\.dev\/lock/);
  });

  it('creates the namespace where the environment allows it', async () => {
    const pinned = await bench.environment('deploy-pinned');
    await bench.cluster.kubectl('delete', 'namespace', 'made-by-deploying', '--ignore-not-found');
    const target = { ...pinned.target, namespace: 'made-by-deploying', createNamespace: true };
    const { plan, result } = await deploy(bench.platform, intentOf({ ...pinned, target }, web));
    assert.equal(plan.changes[0]?.object, 'v1/Namespace/made-by-deploying');
    assert.equal(result.outcome, 'Succeeded', result.message);
  });

  it('records an abort and says in which state it left the service', async () => {
    const environment = await bench.environment('deploy-aborted');
    const readiness = { command: ['false'], period: 1, timeout: 1, failureThreshold: 3, initialDelay: 0 };
    const intent = intentOf(environment, web, { health: { readiness } });
    const plan = await bench.platform.plan(intent, soon());
    const control = new AbortController();
    const report = (event: DeployEvent): void => {
      if (event.type === 'progress') setTimeout(() => control.abort(), 500);
    };
    const result = await bench.platform.apply(plan, report, control.signal);
    assert.equal(result.outcome, 'Aborted');
    assert.match(result.message, /All objects are applied/);
    const [record] = await bench.platform.history(environment, 'order-api', soon());
    assert.equal(record?.result, 'Aborted');
  });

  it('refuses while another deployment holds the lock, and takes an expired lock over', async () => {
    const environment = await bench.environment('deploy-locked');
    const intent = intentOf(environment, web);
    await deploy(bench.platform, intent);
    const lock = (minutes: number) =>
      `waybill.dev/lock=${JSON.stringify({ id: 'x', holder: 'someone@example.com', expires: new Date(Date.now() + minutes * 60_000).toISOString() })}`;
    await bench.cluster.kubectl('annotate', 'configmap', 'waybill-order-api', '-n', 'deploy-locked', lock(5));
    const plan = await bench.platform.plan(intent, soon());
    await assert.rejects(
      bench.platform.apply(plan, () => undefined, soon()),
      { waybill: 'conflict', message: /someone@example\.com/ },
    );
    await bench.cluster.kubectl('annotate', '--overwrite', 'configmap', 'waybill-order-api', '-n', 'deploy-locked', lock(-1));
    const { result } = await deploy(bench.platform, intent);
    assert.equal(result.outcome, 'Succeeded', result.message);
  });

  it('lets only one of two deployments at the same moment through', async () => {
    const environment = await bench.environment('deploy-race');
    const plans = await Promise.all(
      ['a', 'b'].map((value) => bench.platform.plan(intentOf(environment, web, { env: [{ name: 'WHO', value }] }), soon())),
    );
    const settled = await Promise.allSettled(plans.map((plan) => bench.platform.apply(plan, () => undefined, soon())));
    assert.deepEqual(settled.map((entry) => entry.status).sort(), ['fulfilled', 'rejected']);
  });

  it('applies nothing when somebody changed the target since the plan', async () => {
    const environment = await bench.environment('deploy-moved');
    await deploy(bench.platform, intentOf(environment, web));
    const plan = await bench.platform.plan(intentOf(environment, web, { env: [] }), soon());
    await bench.cluster.kubectl('scale', 'deployment/order-api', '-n', 'deploy-moved', '--replicas=2');
    await assert.rejects(
      bench.platform.apply(plan, () => undefined, soon()),
      (error: Error & { waybill?: string }) => ['conflict', 'refused'].includes(error.waybill ?? ''),
    );
    assert.match((await bench.platform.plan(intentOf(environment, web), soon())).refusals.join(), /`kubectl`.*spec\.replicas/s);
  });

  it('names the manager of a field that somebody else has set', async () => {
    const environment = await bench.environment('deploy-conflict');
    await deploy(bench.platform, intentOf(environment, web));
    await bench.cluster.kubectl('set', 'image', 'deployment/order-api', 'order-api=example.com/other:1', '-n', 'deploy-conflict');
    const plan = await bench.platform.plan(intentOf(environment, web), soon());
    assert.match(plan.refusals.join(), /Deployment order-api was changed by someone else: `kubectl-set` set .*image/);
  });

  it('a Deployment waits for its old instances to end and reports the digest of what replaced them', async () => {
    const environment = await bench.environment('deploy-upgrade');
    await deploy(bench.platform, intentOf(environment, web));
    const next = await bench.image('web2');
    const { result } = await deploy(bench.platform, {
      ...intentOf(environment, next, {}, { release: 'rel-cccccccccccc' }),
      service: serviceOf(next, { rollout: quick(60) }),
    });
    assert.equal(result.outcome, 'Succeeded', result.message);
    assert.match(result.message, new RegExp(next.digest));
  });

  it('keeps its instances while an autoscaler takes over from a fixed number, and goes back', async () => {
    const environment = await bench.environment('deploy-changeover');
    const replicas = () =>
      bench.cluster.kubectl('get', 'deployment/order-api', '-n', 'deploy-changeover', '-o', 'jsonpath={.spec.replicas}');
    await deploy(bench.platform, intentOf(environment, web, { replicas: 2 }));
    const auto = { min: 1, max: 3, cpu: 80 };
    const { plan, result } = await deploy(bench.platform, intentOf(environment, web, { replicas: 2, auto }));
    assert.equal(result.outcome, 'Succeeded', result.message);
    assert.equal(await replicas(), '2');
    const deployment = plan.changes.find(({ object }) => object.startsWith('apps/v1/Deployment/'));
    assert.equal(deployment?.restarts, false);
    assert.doesNotMatch(deployment?.diff ?? '', /replicas/);
    const second = await bench.platform.plan(intentOf(environment, web, { replicas: 2, auto }), soon());
    assert.deepEqual(
      second.changes.filter(({ change }) => change !== 'unchanged'),
      [],
    );
    const back = await deploy(bench.platform, intentOf(environment, web, { replicas: 1 }, { choices: { prune: true } }));
    assert.match(back.result.message, /Removed: .*HorizontalPodAutoscaler order-api/);
    assert.equal(await replicas(), '1');
  });

  it('says before that a fixed port of the node is taken', async () => {
    const environment = await bench.environment('deploy-node-port');
    const expose = { type: 'NodePort', ports: ['http'] } as const;
    const ports = [{ name: 'http', port: 8080, auto: false, nodePort: 31777 }];
    await deploy(bench.platform, intentOf(environment, web, { ports, expose }));
    const other = await bench.environment('deploy-node-port-2');
    const plan = await bench.platform.plan(intentOf(other, web, { ports, expose }), soon());
    assert.match(plan.refusals.join('\n'), /Service order-api: .*31777.*already allocated/);
  });

  it('says before what the namespace does not admit, and what its quota leaves', async () => {
    const environment = await bench.environment('deploy-quota-left');
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'small', namespace: 'deploy-quota-left' },
      spec: { hard: { pods: '1' } },
    };
    await bench.cluster.apply(JSON.stringify(quota));
    await bench.cluster.kubectl(
      'wait',
      '--for=jsonpath={.status.hard.pods}=1',
      'resourcequota/small',
      '-n',
      'deploy-quota-left',
      '--timeout=20s',
    );
    const plan = await bench.platform.plan(intentOf(environment, web, { replicas: 2 }), soon());
    assert.match(plan.warnings.join('\n'), /Quota small: pods allows 1, 0 are used, and this deployment may need 2 more/);
  });
});
