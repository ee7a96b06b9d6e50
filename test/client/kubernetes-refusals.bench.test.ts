import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { kubernetesTarget } from '../../client/src/kubernetes/identity.ts';
import { kubernetesPlatform, pinOf } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { EnvironmentSummary, ImageByDigest } from '../../server/src/protocol.ts';
import { freePort } from '../bench/component.ts';
import { type Kubernetes, startKubernetes } from '../bench/kubernetes.ts';
import { environmentOf, intentOf, soon } from './kubernetesBench.ts';

// No Pod has to run for a refusal: two clusters without nodes.
describe('what Waybill refuses to do to a cluster', () => {
  let cluster: Kubernetes;
  let other: Kubernetes;
  let folder: string;
  const image: ImageByDigest = { repository: 'registry.example.com/test/web', digest: `sha256:${'a'.repeat(64)}` };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-kubernetes-'));
    [cluster, other] = await Promise.all([startKubernetes({ node: false }), startKubernetes({ node: false })]);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([cluster?.stop(), other?.stop()]);
  });

  const platformOf = (...kubeconfigPaths: string[]) => kubernetesPlatform({ clock: systemClock(), kubeconfigPaths });
  async function environment(namespace: string, labels: Record<string, string> = {}): Promise<EnvironmentSummary> {
    await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }));
    return environmentOf(cluster, namespace);
  }
  async function refusalsOf(target: EnvironmentSummary, service: Parameters<typeof intentOf>[2] = {}): Promise<string> {
    const platform = platformOf(cluster.kubeconfig);
    try {
      return (await platform.plan(intentOf(target, image, service), soon())).refusals.join('\n');
    } finally {
      platform.close();
    }
  }

  it('describes the right cluster', async () => {
    const facts = await platformOf(cluster.kubeconfig).identify(await environment('right'), soon());
    assert.equal(facts[0], 'context bench');
    assert.match(facts.join('\n'), /server https:\/\/127\.0\.0\.1.*\nCA sha256:[0-9a-f]{64}\nkube-system [0-9a-f-]{36}\nnamespace right/);
  });

  it('another cluster behind the same name of a context, also when the file changes under an open connection', async () => {
    const kubeconfig = join(folder, 'config');
    copyFileSync(cluster.kubeconfig, kubeconfig);
    const target = await environment('swapped');
    const platform = platformOf(kubeconfig);
    const plan = await platform.plan(intentOf(target, image), soon());
    copyFileSync(other.kubeconfig, kubeconfig);
    await assert.rejects(
      platform.apply(plan, () => undefined, soon()),
      { waybill: 'wrong-target', message: /server: pinned/ },
    );
    await assert.rejects(platform.identify(target, soon()), { waybill: 'wrong-target' });
    assert.equal((await other.kubectl('get', 'namespaces', '-o', 'name')).includes('swapped'), false);
  });

  it('a cluster that was rebuilt behind the same address and CA', async () => {
    const target = await environment('rebuilt');
    const pin = {
      ...target.target,
      cluster: { ...(await pinOf('bench', undefined, { kubeconfigPaths: [cluster.kubeconfig] }, soon())).cluster, uid: 'another' },
    };
    await assert.rejects(platformOf(cluster.kubeconfig).identify({ ...target, target: pin }, soon()), {
      waybill: 'wrong-target',
      message: /UID of kube-system: pinned another/,
    });
  });

  it('a cluster that is not pinned', async () => {
    const target = await environment('unpinned');
    await assert.rejects(
      platformOf(cluster.kubeconfig).identify({ ...target, target: { ...kubernetesTarget(target), cluster: {} } }, soon()),
      {
        waybill: 'wrong-target',
        advice: /Pin Cluster/,
      },
    );
  });

  it('a namespace that is missing, or is being deleted', async () => {
    const missing = await environmentOf(cluster, 'nowhere');
    assert.match(await refusalsOf(missing), /Namespace nowhere does not exist/);
    const going = await environment('going');
    await cluster.apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'stays', namespace: 'going', finalizers: ['example.com/stay'] },
      }),
    );
    await cluster.kubectl('delete', 'namespace', 'going', '--wait=false');
    assert.match(await refusalsOf(going), /Namespace going is being deleted/);
    await cluster.kubectl('patch', 'configmap', 'stays', '-n', 'going', '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
  });

  it('a user who lacks one verb, naming it; the namespace proves the cluster where kube-system is hidden', async () => {
    const target = await environment('restricted');
    const everything = ['get', 'list', 'watch', 'create', 'patch'];
    const rules = [
      {
        apiGroups: [''],
        resources: ['serviceaccounts', 'configmaps', 'services', 'pods', 'events', 'pods/log', 'resourcequotas'],
        verbs: everything,
      },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'create'] },
      { apiGroups: ['apps'], resources: ['replicasets'], verbs: everything },
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get'], resourceNames: ['restricted'] },
    ];
    const kubeconfig = await cluster.restrictedUser({ name: 'half', namespace: 'restricted', rules });
    const own = { ...target, target: { ...target.target, context: 'half' } };
    const platform = platformOf(kubeconfig);
    const plan = await platform.plan(intentOf(own, image), soon());
    assert.match(plan.refusals.join('\n'), /^You may not patch deployments\.apps in namespace restricted/m);
    assert.doesNotMatch(plan.refusals.join('\n'), /You may not (?!patch deployments)/);
    await assert.rejects(
      platform.apply(plan, () => undefined, soon()),
      { waybill: 'refused' },
    );
    const { namespaceUid: _, ...unproven } = { ...own.target, namespaceUid: undefined };
    await assert.rejects(platform.identify({ ...own, target: unproven }, soon()), {
      waybill: 'wrong-target',
      message: /Nothing that `integration` pins can be read/,
    });
  });

  it('a token that is not accepted', async () => {
    const kubeconfig = join(folder, 'bad-token');
    writeFileSync(kubeconfig, readFileSync(cluster.kubeconfig, 'utf8').replace(/"token": "[^"]+"/, '"token": "secret-but-wrong"'));
    await assert.rejects(platformOf(kubeconfig).identify(await environment('token'), soon()), (error: Error & { waybill?: string }) => {
      assert.equal(error.waybill, 'unauthorized');
      assert.doesNotMatch(`${error.message} ${error.stack}`, /secret-but-wrong/);
      return true;
    });
  });

  it('a cluster that cannot be reached, in seconds and in words', async () => {
    const kubeconfig = join(folder, 'nobody');
    const nobody = `https://127.0.0.1:${await freePort()}`;
    writeFileSync(kubeconfig, readFileSync(cluster.kubeconfig, 'utf8').replaceAll(cluster.server, nobody));
    const target = await environment('nobody');
    const pinned = kubernetesTarget(target);
    const moved = { ...pinned, cluster: { ...pinned.cluster, server: nobody } };
    await assert.rejects(platformOf(kubeconfig).identify({ ...target, target: moved }, soon()), {
      waybill: 'unreachable',
      message: /ECONNREFUSED/,
    });
  });

  it('a server whose certificate the CA does not vouch for', async () => {
    const kubeconfig = join(folder, 'other-ca');
    const authority = /"certificate-authority-data": "[^"]+"/;
    writeFileSync(
      kubeconfig,
      readFileSync(cluster.kubeconfig, 'utf8').replace(authority, authority.exec(readFileSync(other.kubeconfig, 'utf8'))?.[0] ?? ''),
    );
    await assert.rejects(pinOf('bench', undefined, { kubeconfigPaths: [kubeconfig] }, soon()), {
      waybill: 'unreachable',
      message: /certificate/,
    });
  });

  it('secrets that are not there', async () => {
    const target = await environment('secretless');
    await cluster.kubectl('create', 'secret', 'generic', 'there', '-n', 'secretless', '--from-literal=key=value');
    const env = [
      { name: 'A', secret: { name: 'there', key: 'key' } },
      { name: 'B', secret: { name: 'there', key: 'other' } },
      { name: 'C', secret: { name: 'gone', key: 'key' } },
    ];
    const refusals = await refusalsOf(target, { env });
    assert.match(refusals, /Secret there has no key `other`/);
    assert.match(refusals, /Secret gone is not in namespace secretless/);
    assert.doesNotMatch(refusals, /`key`/);
  });

  it('what pod security forbids', async () => {
    const target = await environment('baseline', { 'pod-security.kubernetes.io/enforce': 'baseline' });
    assert.match(await refusalsOf(target, { network: 'host' }), /would not be admitted: .*violates PodSecurity "baseline.*host namespaces/);
    assert.equal(await refusalsOf(target), '');
    assert.equal(await refusalsOf(await environment('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' })), '');
  });

  it('objects of others: Helm, Argo CD, Flux, and those that nobody marked', async () => {
    const marks = {
      helm: { annotations: { 'meta.helm.sh/release-name': 'shop' } },
      argo: { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/Service:argo/order-api' } },
      flux: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } },
      nobody: {},
      sibling: { annotations: { 'waybill.dev/owner': 'zero-dsp/user-api/integration:/Service:sibling/order-api' } },
    };
    const expected = {
      helm: /Helm \(release shop\)/,
      argo: /Argo CD/,
      flux: /Flux \(shop\)/,
      nobody: /not made by Waybill/,
      sibling: /belongs to zero-dsp\/user-api/,
    };
    for (const [name, mark] of Object.entries(marks)) {
      const target = await environment(name);
      const metadata = { name: 'order-api', namespace: name, ...mark };
      await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } }));
      assert.match(await refusalsOf(target), expected[name as keyof typeof expected]);
    }
  });

  it('what the API server finds wrong, in its own words', async () => {
    const refusals = await refusalsOf(await environment('wrong'), { ports: [{ name: 'http', port: 99999, auto: false }] });
    assert.match(refusals, /Deployment order-api: .*containerPort: Invalid value: 99999/);
  });
});
