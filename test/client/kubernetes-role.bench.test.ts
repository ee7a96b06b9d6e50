// Who has the Role of docs/environments.md, and nothing else, deploys, looks, operates and goes back, on a real cluster.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubernetesPlatform, pinOf } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { Operation, Platform } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { type Bench, deploy, intentOf, sharedBench, soon } from './kubernetesBench.ts';

const namespace = 'role-of-the-docs';
const page = readFileSync(resolve(import.meta.dirname, '../../docs/environments.md'), 'utf8');
const role = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(page)?.[1]?.replaceAll('shop-integration', namespace) ?? '';
const account = { kind: 'ServiceAccount', name: 'developer', namespace };

describe('the Role of the documentation', () => {
  const started: { bench?: Bench; platform?: Platform; environment?: EnvironmentSummary } = {};
  const folder = mkdtempSync(join(tmpdir(), 'waybill-role-'));
  const part = () => {
    const { bench, platform, environment } = started;
    assert.ok(bench && platform && environment);
    return { bench, platform, environment };
  };

  before(async () => {
    const bench = await sharedBench();
    started.bench = bench;
    const described = await bench.environment(namespace, { 'pod-security.kubernetes.io/enforce': 'baseline' });
    const binding = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'developer', namespace } };
    await bench.cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account.name, namespace } }));
    await bench.cluster.apply(role);
    await bench.cluster.apply(
      JSON.stringify({
        ...binding,
        subjects: [account],
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'waybill' },
      }),
    );
    const token = (await bench.cluster.kubectl('create', 'token', account.name, '-n', namespace)).trim();
    const config = JSON.parse(readFileSync(bench.cluster.kubeconfig, 'utf8'));
    const kubeconfig = join(folder, 'kubeconfig');
    const users = config.users.map(({ name }: { name: string }) => ({ name, user: { token } }));
    writeFileSync(kubeconfig, JSON.stringify({ ...config, users }), { mode: 0o600 });
    started.platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [kubeconfig] });
    const pins = await pinOf(bench.cluster.context, namespace, { kubeconfigPaths: [kubeconfig] }, soon());
    assert.ok(pins.namespaceUid && !pins.cluster.uid, 'the namespace is pinned, as kube-system may not be read');
    const target = { kind: 'kubernetes' as const, context: bench.cluster.context, namespace, createNamespace: false, ...pins };
    started.environment = { ...described, target };
  });
  after(async () => {
    started.platform?.close();
    await started.bench?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('deploys twice, without a warning of something that may not be read', async () => {
    const { bench, platform, environment } = part();
    for (const name of ['web', 'web2'] as const) {
      const { plan, result } = await deploy(platform, intentOf(environment, await bench.image(name)));
      assert.deepEqual(
        plan.warnings.filter((warning) => /may not/.test(warning)),
        [],
      );
      assert.equal(result.outcome, 'Succeeded', result.message);
    }
  });

  it('sees what runs, its details, log and history, and reaches into it', async () => {
    const { platform, environment } = part();
    const stop = new AbortController();
    for await (const state of platform.observe(environment, AbortSignal.any([stop.signal, soon()]))) {
      assert.equal(state.services[0]?.service, 'order-api');
      break;
    }
    stop.abort();
    for await (const _ of platform.logs(environment, { service: 'order-api', follow: false }, soon())) break;
    assert.match(JSON.stringify(await platform.details?.(environment, 'order-api', undefined, soon())), /order-api/);
    assert.equal((await platform.history(environment, 'order-api', soon())).length, 2);
    assert.deepEqual(await platform.denials?.(environment, soon()), {});
    let said = '';
    const order = { service: 'order-api', command: ['echo', 'a shell'], input: false };
    const output = (data: Uint8Array) => {
      said += new TextDecoder().decode(data);
    };
    const session = await platform.exec?.(environment, { ...order, output }, soon());
    assert.deepEqual([await session?.ended, said], [0, 'a shell\n']);
    const forwarding = await platform.forward?.(
      environment,
      { service: 'order-api', remotePort: 8080, localPort: 0 },
      () => undefined,
      soon(),
    );
    const answer = await fetch(`http://127.0.0.1:${forwarding?.localPort}/`, { headers: { connection: 'close' } });
    assert.match(await answer.text(), /fine/);
    forwarding?.stop();
    await forwarding?.ended;
  });

  it('operates, and sets back what was changed by hand', async () => {
    const { bench, platform, environment } = part();
    const operate = async (operation: Operation) => {
      const workload = await platform.workload?.(environment, 'order-api', soon());
      const order = { environment, service: 'order-api', operation, by: 'dev@example.com', version: workload?.version ?? '' };
      const result = await platform.operate?.(order, () => undefined, soon());
      assert.equal(result?.outcome, 'Succeeded', result?.message);
    };
    await operate({ kind: 'scale', replicas: 2 });
    await operate({ kind: 'restart' });
    await bench.cluster.kubectl('set', 'env', '-n', namespace, 'deployment/order-api', 'GREETING=by-hand');
    const drift = await platform.drift?.(environment, 'order-api', soon());
    assert.match(drift?.fields[0]?.path ?? '', /env\[GREETING\]/);
    assert.ok(drift);
    const result = await platform.reapply?.({ environment, drift, by: 'dev@example.com' }, () => undefined, soon());
    assert.equal(result?.outcome, 'Succeeded', result?.message);
    assert.equal((await platform.workload?.(environment, 'order-api', soon()))?.replicas, 2, 'what was scaled stays scaled');
  });

  it('is named rule by rule where one is missing', async () => {
    const { bench, platform, environment } = part();
    await bench.cluster.apply(role.replace('verbs: [get, list, watch, create, patch, delete]', 'verbs: [get, list, watch]'));
    const intent = intentOf(environment, await bench.image('web'));
    // The API server takes a moment to know of a changed role.
    const named = /You may not patch deployments\.apps in namespace/;
    let refusals: readonly string[] = [];
    for (let tries = 0; tries < 60 && !named.test(refusals.join('\n')); tries++) {
      if (tries > 0) await sleep(250);
      refusals = (await platform.plan(intent, soon())).refusals;
    }
    assert.match(refusals.join('\n'), named);
  });
});
