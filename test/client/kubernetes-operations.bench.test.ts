// Scale, restart, pause, drift, reapply on a real cluster.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { rollbackTargets } from '../../client/src/delivery/rollback.ts';
import type { Operation, OperationOrder } from '../../client/src/ports.ts';
import type { EnvironmentSummary, ImageByDigest } from '../../server/src/protocol.ts';
import { type Bench, deploy, intentOf, sharedBench, soon } from './kubernetesBench.ts';

describe('a service that runs in a namespace', () => {
  let bench: Bench;
  let web: ImageByDigest;
  before(async () => {
    bench = await sharedBench();
    web = await bench.image('web');
  });
  after(() => bench?.[Symbol.asyncDispose]());

  const kubectl = (...args: string[]) => bench.cluster.kubectl(...args);
  const order = async (environment: EnvironmentSummary, operation: Operation): Promise<OperationOrder> => {
    const workload = await bench.platform.workload?.(environment, 'order-api', soon());
    assert.ok(workload);
    return { environment, service: 'order-api', operation, by: 'ops@example.com', version: workload.version };
  };
  const operate = async (environment: EnvironmentSummary, operation: Operation) => {
    const result = await bench.platform.operate?.(await order(environment, operation), () => undefined, soon());
    assert.ok(result);
    return result;
  };
  const drift = async (environment: EnvironmentSummary) => {
    const found = await bench.platform.drift?.(environment, 'order-api', soon());
    assert.ok(found);
    return found;
  };
  const deployed = async (namespace: string, change: Parameters<typeof intentOf>[2] = {}) => {
    const environment = await bench.environment(namespace);
    const { result } = await deploy(bench.platform, intentOf(environment, web, change));
    assert.equal(result.outcome, 'Succeeded', result.message);
    return environment;
  };

  it('is scaled, restarted, paused and resumed; each is recorded, and the next deployment finds no conflict', async () => {
    const environment = await deployed('ops-verbs');
    const scaled = await operate(environment, { kind: 'scale', replicas: 2 });
    assert.deepEqual([scaled.outcome, scaled.message], ['Succeeded', '2 instances of order-api run brave-otter.']);
    assert.equal((await bench.platform.workload?.(environment, 'order-api', soon()))?.ready, 2);
    const living = async () => {
      const list: { items: { metadata: { name: string; deletionTimestamp?: string } }[] } = JSON.parse(
        await kubectl('get', 'pods', '-n', 'ops-verbs', '-o', 'json'),
      );
      return list.items.flatMap(({ metadata }) => (metadata.deletionTimestamp ? [] : [metadata.name]));
    };
    const before = await living();
    assert.equal((await operate(environment, { kind: 'restart' })).outcome, 'Succeeded');
    const after = await living();
    assert.equal(after.length, 2);
    assert.ok(
      after.every((pod) => !before.includes(pod)),
      `${before} ${after}`,
    );
    assert.equal((await operate(environment, { kind: 'pause' })).outcome, 'Succeeded');
    assert.equal((await bench.platform.workload?.(environment, 'order-api', soon()))?.paused, true);
    assert.equal((await operate(environment, { kind: 'resume' })).outcome, 'Succeeded');
    const history = await bench.platform.history(environment, 'order-api', soon());
    assert.deepEqual(
      history.map(({ sequence, operation, reason, result, by }) => [sequence, operation, reason, result, by]),
      [
        [5, 'resume', 'Resumed', 'Succeeded', 'ops@example.com'],
        [4, 'pause', 'Paused', 'Succeeded', 'ops@example.com'],
        [3, 'restart', 'Restarted', 'Succeeded', 'ops@example.com'],
        [2, 'scale', 'Scaled from 1 to 2', 'Succeeded', 'ops@example.com'],
        [1, undefined, undefined, 'Succeeded', 'dev@example.com'],
      ],
    );
    assert.deepEqual(rollbackTargets(history), []);
    const again = await deploy(bench.platform, intentOf(environment, web, { env: [] }, { release: 'rel-bbbbbbbbbbbb' }));
    assert.equal(again.result.outcome, 'Succeeded', again.result.message);
    assert.equal(await kubectl('get', 'deploy', 'order-api', '-n', 'ops-verbs', '-o', 'jsonpath={.spec.replicas}'), '1');
  });

  it('is not touched when it has changed since it was shown, when another sets its number, or when it is not ours', async () => {
    const environment = await deployed('ops-guards');
    const shown = await order(environment, { kind: 'scale', replicas: 3 });
    await kubectl('set', 'env', 'deploy/order-api', '-n', 'ops-guards', 'X=1');
    await assert.rejects(async () => bench.platform.operate?.(shown, () => undefined, soon()), { waybill: 'conflict' });
    await kubectl('autoscale', 'deploy/order-api', '-n', 'ops-guards', '--min=1', '--max=3');
    await assert.rejects(operate(environment, { kind: 'scale', replicas: 3 }), /HorizontalPodAutoscaler order-api sets the number/);
    await kubectl('annotate', 'deploy/order-api', '-n', 'ops-guards', '--overwrite', 'waybill.dev/owner=else');
    await assert.rejects(operate(environment, { kind: 'restart' }), /does not belong to this service/);
    const { target } = environment;
    const wrong = {
      ...environment,
      target: { ...target, namespaceUid: undefined, cluster: { ...('cluster' in target ? target.cluster : {}), uid: '0' } },
    };
    await assert.rejects(
      async () =>
        bench.platform.operate?.(
          { ...(await order(environment, { kind: 'restart' })), environment: wrong as EnvironmentSummary },
          () => undefined,
          soon(),
        ),
      { waybill: 'wrong-target' },
    );
    assert.equal((await bench.platform.history(environment, 'order-api', soon())).length, 1);
  });

  it('shows who changed which field when, and sets it back', async () => {
    const environment = await deployed('ops-drift', {
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
    });
    assert.deepEqual((await drift(environment)).fields, []);
    await kubectl('scale', 'deploy/order-api', '-n', 'ops-drift', '--replicas=2');
    await kubectl('set', 'env', 'deploy/order-api', '-n', 'ops-drift', 'GREETING=bye', 'EXTRA=1');
    await kubectl('set', 'resources', 'deploy/order-api', '-n', 'ops-drift', '--limits=memory=128Mi');
    await kubectl('delete', 'service', 'order-api', '-n', 'ops-drift');
    const { fields } = await drift(environment);
    const short = fields.map(({ object, path, deployed: was, live, by, manifestPath }) => [
      object.split('/').at(-2),
      path,
      was,
      live,
      by,
      manifestPath,
    ]);
    const container = 'spec.template.spec.containers[order-api]';
    assert.deepEqual(short, [
      ['Service', '', '"there"', undefined, undefined, undefined],
      ['Deployment', 'spec.replicas', '1', '2', 'kubectl', 'scale.replicas'],
      ['Deployment', `${container}.env[GREETING].value`, '"hello"', '"bye"', 'kubectl-set', 'env.GREETING'],
      ['Deployment', `${container}.resources.limits.memory`, '"64Mi"', '"128Mi"', 'kubectl-set', 'resources.limits.memory'],
    ]);
    assert.ok(
      // Of the subresource `scale` the API server keeps no time.
      fields.slice(2).every(({ at }) => at !== undefined && Math.abs(Date.now() - Date.parse(at)) < 120_000),
      JSON.stringify(fields.map(({ path, at }) => [path, at])),
    );
    const found = await drift(environment);
    const result = await bench.platform.reapply?.({ environment, drift: found, by: 'ops@example.com' }, () => undefined, soon());
    assert.equal(result?.outcome, 'Succeeded', result?.message);
    assert.deepEqual((await drift(environment)).fields, []);
    const env = await kubectl(
      'get',
      'deploy',
      'order-api',
      '-n',
      'ops-drift',
      '-o',
      `jsonpath={.spec.template.spec.containers[0].env[*].name}`,
    );
    assert.equal(env, 'GREETING EXTRA');
    const [record] = await bench.platform.history(environment, 'order-api', soon());
    assert.equal(record?.operation, 'reapply');
    assert.match(record?.reason ?? '', /Deployment order-api spec\.replicas/);
    const plan = await bench.platform.plan(intentOf(environment, web), soon());
    assert.deepEqual(plan.refusals, []);
  });

  it('tells that another image runs than was deployed, and keeps secrets to itself', async () => {
    const environment = await deployed('ops-image', { env: [{ name: 'DB_PASSWORD_FILE', value: '/run/x' }] });
    const other = await bench.image('web2');
    await kubectl('set', 'image', 'deploy/order-api', '-n', 'ops-image', `order-api=${other.repository}@${other.digest}`);
    await kubectl('set', 'env', 'deploy/order-api', '-n', 'ops-image', 'DB_PASSWORD_FILE=hunter2-typed-by-somebody');
    const { fields } = await drift(environment);
    assert.deepEqual(fields.map(({ image }) => image).sort(), [false, true]);
    assert.ok(!JSON.stringify(fields).includes('hunter2'));
  });
});
