// The namespace of an environment is prepared by a plan, judged, and pinned: on clusters without nodes.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { kubernetesTarget } from '../../client/src/kubernetes/identity.ts';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { IsolationReport, Plan, PlanChoices, Platform } from '../../client/src/ports.ts';
import type { EnvironmentSummary, KubernetesTarget } from '../../server/src/protocol.ts';
import { type Kubernetes, startKubernetes } from '../bench/kubernetes.ts';
import { environmentOf, soon } from './kubernetesBench.ts';

describe('preparing an environment', () => {
  let cluster: Kubernetes;
  let platform: Platform;
  before(async () => {
    cluster = await startKubernetes({ node: false });
    platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [cluster.kubeconfig] });
  });
  after(async () => {
    platform?.close();
    await cluster?.stop();
  });

  const isolation = {
    networkPolicy: 'default-deny',
    quota: { 'requests.cpu': '4', 'requests.memory': '8Gi', pods: '20' },
    podSecurity: 'baseline',
  } as const;
  async function environment(namespace: string, change: Partial<KubernetesTarget> = {}): Promise<EnvironmentSummary> {
    const found = await environmentOf(cluster, namespace);
    return { ...found, target: { ...kubernetesTarget(found), isolation, rancherProject: 'c-m-abc:p-xyz', ...change } };
  }
  const planOf = (target: EnvironmentSummary, choices: PlanChoices = {}): Promise<Plan> => {
    assert.ok(platform.planPreparation);
    return platform.planPreparation(target, choices, soon());
  };
  async function prepare(target: EnvironmentSummary): Promise<{ plan: Plan; message: string }> {
    const plan = await planOf(target);
    assert.deepEqual(plan.refusals, []);
    const result = await platform.prepare?.(plan, () => undefined, soon());
    assert.equal(result?.outcome, 'Succeeded', result?.message);
    return { plan, message: result?.message ?? '' };
  }
  const report = async (target: EnvironmentSummary): Promise<IsolationReport> => {
    const found = await platform.isolation?.(target, soon());
    assert.ok(found);
    return found;
  };
  const stateOf = ({ checks }: IsolationReport): Record<string, string> =>
    Object.fromEntries(checks.map(({ name, state }) => [name, state]));

  it('makes namespace, quota, limits and policies as shown, and has nothing to do the second time', async () => {
    const target = await environment('prepared');
    const { plan } = await prepare(target);
    assert.equal(plan.title, 'Prepare namespace prepared for integration');
    assert.deepEqual(
      plan.changes.map(({ change, object }) => `${change} ${object}`),
      [
        'create v1/Namespace/prepared',
        'create v1/ResourceQuota/waybill',
        'create v1/LimitRange/waybill',
        'create networking.k8s.io/v1/NetworkPolicy/waybill-default-deny',
        'create networking.k8s.io/v1/NetworkPolicy/waybill-same-product',
      ],
    );
    const { metadata } = JSON.parse(await cluster.kubectl('get', 'namespace', 'prepared', '-o', 'json'));
    assert.equal(metadata.labels['pod-security.kubernetes.io/enforce'], 'baseline');
    assert.equal(metadata.annotations['field.cattle.io/projectId'], 'c-m-abc:p-xyz');
    const { message, plan: second } = await prepare(await environment('prepared'));
    assert.deepEqual(
      second.changes.filter(({ change }) => change !== 'unchanged'),
      [],
    );
    assert.match(message, /was prepared already/);
    const closed = stateOf(await report(target));
    for (const name of ['ingress', 'quota', 'limits', 'pod security', 'role bindings', 'shared namespace'])
      assert.equal(closed[name], 'closed', name);
    assert.equal(closed.enforcement, 'unknown');
    assert.equal(closed['service account tokens'], 'open');
  });

  it('adds to a namespace that others made, and touches none of their labels', async () => {
    await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'theirs', labels: { team: 'ops' } } }));
    const { plan } = await prepare(await environment('theirs'));
    assert.equal(plan.changes[0]?.change, 'update');
    const { metadata } = JSON.parse(await cluster.kubectl('get', 'namespace', 'theirs', '-o', 'json'));
    assert.equal(metadata.labels.team, 'ops');
    assert.equal(metadata.labels['waybill.dev/product'], 'zero-dsp');
  });

  it('names another level of pod security as a conflict; taking over is a choice', async () => {
    await cluster.apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'level', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      }),
    );
    const target = await environment('level');
    const plan = await planOf(target);
    assert.equal(plan.conflicts?.[0]?.field, 'metadata.labels.pod-security.kubernetes.io/enforce');
    assert.deepEqual([plan.conflicts?.[0]?.live, plan.conflicts?.[0]?.wanted], ['"restricted"', '"baseline"']);
    assert.ok(plan.refusals.length > 0);
    assert.deepEqual((await planOf(target, { takeOver: ['v1/Namespace/level'] })).refusals, []);
    const left = await planOf(target, { leave: ['v1/Namespace/level'] });
    assert.deepEqual(left.refusals, []);
    assert.match(left.warnings.join('\n'), /left to others as they are: metadata\.labels\.pod-security/);
  });

  it('refuses a quota of others, a namespace that is going, and a user who may not', async () => {
    await cluster.kubectl('create', 'namespace', 'quotas');
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'waybill', namespace: 'quotas' },
      spec: { hard: { pods: '1' } },
    };
    await cluster.apply(JSON.stringify(quota));
    assert.match(
      (await planOf(await environment('quotas'))).refusals.join('\n'),
      /ResourceQuota waybill exists and was not made by Waybill/,
    );
    const rules = [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'], resourceNames: ['quotas', 'kube-system'] }];
    const kubeconfig = await cluster.restrictedUser({ name: 'reader', namespace: 'quotas', rules });
    const reader = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [kubeconfig] });
    try {
      const target = await environment('quotas');
      const own = { ...target, target: { ...kubernetesTarget(target), context: 'reader' } };
      const plan = await reader.planPreparation?.(own, {}, soon());
      assert.match(plan?.refusals.join('\n') ?? '', /You may not create resourcequotas/);
      const seen = await reader.isolation?.(own, soon());
      assert.equal(seen?.checks.find(({ name }) => name === 'quota')?.state, 'unknown');
    } finally {
      reader.close();
    }
  });

  it('is not applied when the namespace changed since', async () => {
    const target = await environment('moving');
    const plan = await planOf(target);
    await cluster.kubectl('create', 'namespace', 'moving');
    await assert.rejects(async () => platform.prepare?.(plan, () => undefined, soon()), { waybill: 'conflict' });
  });

  it('the report finds what is open in a plain namespace', async () => {
    await cluster.kubectl('create', 'namespace', 'plain');
    await cluster.kubectl('create', 'rolebinding', 'all', '--clusterrole=view', '--group=system:authenticated', '-n', 'plain');
    await cluster.kubectl('create', 'deployment', 'stranger', '--image=example.com/x', '--replicas=0', '-n', 'plain');
    const states = stateOf(await report(await environment('plain')));
    for (const name of ['ingress', 'quota', 'limits', 'pod security', 'role bindings', 'shared namespace', 'service account tokens'])
      assert.equal(states[name], 'open', name);
  });

  it('reads the pins of whatever cluster answers, pinned or not', async () => {
    const target = await environment('prepared', { cluster: { uid: 'another' } });
    const pins = await platform.pins?.(target, soon());
    assert.equal(pins?.cluster.server, cluster.server);
    assert.match(pins?.cluster.ca ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.match(pins?.cluster.uid ?? '', /^[0-9a-f-]{36}$/);
  });
});
