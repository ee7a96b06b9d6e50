// What plans say and what applying them leaves behind, on a cluster without nodes: services of no instance are healthy at once.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { kubernetesTarget } from '../../client/src/kubernetes/identity.ts';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { DeployEvent, DeployIntent, Plan, Platform } from '../../client/src/ports.ts';
import type { EffectiveService, EnvironmentSummary, KubernetesTarget } from '../../server/src/protocol.ts';
import { type Kubernetes, startKubernetes } from '../bench/kubernetes.ts';
import { environmentOf, fastClock, soon } from './kubernetesBench.ts';
import { image, intentOf } from './kubernetesSamples.ts';

/** A definition as small as the API takes it; it stands for the real one in tests of what Waybill sends. */
const definition = (kind: string, plural: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${plural}.gateway.networking.k8s.io`,
    annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/1' },
  },
  spec: {
    group: 'gateway.networking.k8s.io',
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase() },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } },
        },
      },
    ],
  },
});

describe('a plan for a Kubernetes namespace', () => {
  let cluster: Kubernetes;
  let platform: Platform;
  before(async () => {
    cluster = await startKubernetes({ node: false });
    platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [cluster.kubeconfig] });
    const spec = { controller: 'k8s.io/ingress-nginx' };
    await cluster.apply(JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec }));
  });
  after(async () => {
    platform?.close();
    await cluster?.stop();
  });

  async function environment(namespace: string, change: Partial<KubernetesTarget> = {}): Promise<EnvironmentSummary> {
    await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
    const found = await environmentOf(cluster, namespace);
    return { ...found, target: { ...kubernetesTarget(found), ...change } };
  }
  const none = (change: Partial<EffectiveService> = {}): Partial<EffectiveService> => ({ replicas: 0, ...change });
  const planOf = (intent: DeployIntent): Promise<Plan> => platform.plan(intent, soon());
  async function apply(intent: DeployIntent): Promise<{ plan: Plan; message: string }> {
    const plan = await planOf(intent);
    assert.deepEqual(plan.refusals, []);
    const result = await platform.apply(plan, () => undefined, soon());
    assert.equal(result.outcome, 'Succeeded', result.message);
    return { plan, message: result.message };
  }
  const get = async (namespace: string, ...what: string[]): Promise<string> =>
    (await cluster.kubectl('get', ...what, '-n', namespace, '--ignore-not-found')).trim();

  describe('of every kind of object', () => {
    const everything = (change: Partial<EffectiveService> = {}) =>
      none({
        expose: { type: 'Ingress', ports: ['http'], host: 'order.example.com', class: 'nginx' },
        config: [{ target: '/etc/a', content: 'x' }],
        ...change,
      });

    it('creates what it shows, and shows nothing more to do afterwards', async () => {
      const target = await environment('every', { isolation: { networkPolicy: 'default-deny' } });
      const { plan } = await apply(intentOf(target, image, everything()));
      assert.deepEqual(
        plan.changes.map(({ change, object }) => `${change} ${object.replace(/-[0-9a-f]{8}$/, '-#')}`),
        [
          'create v1/ServiceAccount/order-api',
          'create v1/ConfigMap/order-api-#',
          'create v1/Service/order-api',
          'create networking.k8s.io/v1/NetworkPolicy/order-api',
          'create apps/v1/Deployment/order-api',
          'create networking.k8s.io/v1/Ingress/order-api',
        ],
      );
      const again = await planOf(intentOf(target, image, everything()));
      assert.deepEqual(
        again.changes.filter(({ change }) => change !== 'unchanged'),
        [],
      );
    });

    it('an Ingress class that is not there is named before, with those that are', async () => {
      const target = await environment('classless');
      const plan = await planOf(intentOf(target, image, everything({ expose: { type: 'Ingress', ports: ['http'], class: 'traefik' } })));
      assert.match(plan.refusals.join('\n'), /no Ingress class traefik; expose\.class names it\. It has .*nginx/);
      const unset = await planOf(intentOf(target, image, everything({ expose: { type: 'Ingress', ports: ['http'] } })));
      assert.match(unset.warnings.join('\n'), /no default Ingress class/);
    });

    it('the controller of BFE is told of its Services', async () => {
      const spec = { controller: 'bfe-networks.com/ingress-controller' };
      await cluster.apply(JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'edge' }, spec }));
      const expose = { type: 'Ingress', ports: ['http'], host: 'b.example.com', class: 'edge' } as const;
      const plan = await planOf(intentOf(await environment('bfe'), image, none({ expose })));
      assert.match(plan.changes.at(-1)?.diff ?? '', /bfe\.ingress\.kubernetes\.io\/balance\.weight: '\{"order-api":\{"order-api":100\}\}'/);
    });

    it('a gateway: the API is not served, the gateway is missing or elsewhere, then the route is made', async () => {
      const target = await environment('routes');
      const intent = (gateway: string) =>
        intentOf(target, image, none({ expose: { type: 'Gateway', ports: ['http'], host: 'o.example.com', gateway } }));
      const unserved = await planOf(intent('public-gw'));
      assert.match(unserved.refusals.join('\n'), /does not serve HTTPRoute of gateway\.networking\.k8s\.io\/v1: .*Have it installed/);
      assert.equal(await get('routes', 'all,configmap', '-l', 'app.kubernetes.io/managed-by=waybill', '-o', 'name'), '');
      await cluster.apply(JSON.stringify(definition('Gateway', 'gateways')));
      await cluster.apply(JSON.stringify(definition('HTTPRoute', 'httproutes')));
      await cluster.kubectl('wait', '--for=condition=Established', 'crd/httproutes.gateway.networking.k8s.io', '--timeout=20s');
      await cluster.kubectl('wait', '--for=condition=Established', 'crd/gateways.gateway.networking.k8s.io', '--timeout=20s');
      assert.match((await planOf(intent('public-gw'))).refusals.join('\n'), /Gateway public-gw is not in namespace routes/);
      await cluster.kubectl('create', 'namespace', 'infra');
      const gateway = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'public-gw', namespace: 'infra' } };
      await cluster.apply(JSON.stringify({ ...gateway, spec: {} }));
      assert.match((await planOf(intent('public-gw'))).refusals.join('\n'), /Write `expose\.gateway: infra\/public-gw`/);
      const { plan } = await apply(intent('infra/public-gw'));
      assert.equal(plan.changes.at(-1)?.object, 'gateway.networking.k8s.io/v1/HTTPRoute/order-api');
      assert.match(await get('routes', 'httproute', 'order-api', '-o', 'jsonpath={.spec.parentRefs[0].namespace}'), /^infra$/);
    });
  });

  describe('where others hold a field', () => {
    async function conflicting(namespace: string): Promise<EnvironmentSummary> {
      const target = await environment(namespace);
      await apply(intentOf(target, image, none()));
      await cluster.kubectl(
        'patch',
        'deployment/order-api',
        '-n',
        namespace,
        '--type=merge',
        '--field-manager=night-shift',
        '-p',
        '{"spec":{"minReadySeconds":7}}',
      );
      return target;
    }
    const deployment = 'apps/v1/Deployment/order-api';
    const minReady = (namespace: string) => get(namespace, 'deployment', 'order-api', '-o', 'jsonpath={.spec.minReadySeconds}');

    it('names who, what and where the manifest says it; nothing is taken over by itself', async () => {
      const target = await conflicting('held');
      const plan = await planOf(intentOf(target, image, none()));
      assert.deepEqual(plan.conflicts, [
        {
          object: deployment,
          manager: 'night-shift',
          field: 'spec.minReadySeconds',
          live: '7',
          wanted: '0',
          manifestPath: 'rollout.minReady',
        },
      ]);
      assert.match(plan.refusals.join('\n'), /`night-shift` set spec\.minReadySeconds/);
      await assert.rejects(
        platform.apply(plan, () => undefined, soon()),
        { waybill: 'refused' },
      );
      assert.equal(await minReady('held'), '7');
    });

    it('leaves it to them when that was chosen, and says so', async () => {
      const target = await conflicting('left');
      const { plan } = await apply(intentOf(target, image, none({ env: [] }), { choices: { leave: [deployment] } }));
      assert.match(plan.warnings.join('\n'), /left to others as they are: spec\.minReadySeconds \(`night-shift`\)/);
      assert.equal(await minReady('left'), '7');
      assert.equal(await get('left', 'deployment', 'order-api', '-o', 'jsonpath={.spec.template.spec.containers[0].env}'), '');
    });

    it('takes it over when that was chosen; a protected environment asks for its name', async () => {
      const target = await conflicting('taken');
      const choices = { takeOver: [deployment] };
      const guarded = { ...target, protected: { ...target.protected, on: true } };
      assert.match(
        (await planOf(intentOf(guarded, image, none(), { choices }))).typed ?? '',
        /fields of others are taken over: .*Deployment/,
      );
      const { plan } = await apply(intentOf(target, image, none(), { choices }));
      assert.match(plan.changes.find(({ object }) => object === deployment)?.diff ?? '', /^-.*minReadySeconds: 7$/m);
      assert.equal(await minReady('taken'), '');
      assert.deepEqual((await planOf(intentOf(target, image, none()))).refusals, []);
    });

    it('never leaves the image to others', async () => {
      const target = await environment('imaged');
      await apply(intentOf(target, image, none()));
      await cluster.kubectl('set', 'image', 'deployment/order-api', 'order-api=example.com/other:1', '-n', 'imaged');
      const plan = await planOf(intentOf(target, image, none(), { choices: { leave: [deployment] } }));
      assert.match(plan.refusals.join('\n'), /`kubectl-set` set .*image/);
    });

    it('adopts an object that nobody marked, and no object of another tool', async () => {
      const target = await environment('adopted');
      const service = (annotations: Record<string, string>) => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'order-api', namespace: 'adopted', annotations },
        spec: { ports: [{ name: 'http', port: 8080, targetPort: 8080 }], selector: { app: 'old' } },
      });
      await cluster.apply(JSON.stringify(service({})));
      const plain = await planOf(intentOf(target, image, none()));
      assert.deepEqual(plain.conflicts, [{ object: 'v1/Service/order-api', manager: 'nobody', field: '' }]);
      const choices = { takeOver: ['v1/Service/order-api'] };
      const { plan } = await apply(intentOf(target, image, none(), { choices }));
      assert.match(plan.changes.find(({ object }) => object === 'v1/Service/order-api')?.diff ?? '', /^\+.*waybill\.dev\/owner/m);
      await cluster.apply(JSON.stringify(service({ 'meta.helm.sh/release-name': 'shop' })));
      assert.match((await planOf(intentOf(target, image, none(), { choices }))).refusals.join('\n'), /belongs to Helm \(release shop\)/);
    });
  });

  describe('with leftovers', () => {
    const withPort = none({ env: [{ name: 'A', value: '1' }] });
    const without = none({ ...withPort, expose: { type: 'None', ports: [] } });
    const service = 'v1/Service/order-api';

    it('names them, and removes nothing by itself', async () => {
      const target = await environment('kept');
      await apply(intentOf(target, image, withPort));
      const { plan } = await apply(intentOf(target, image, without));
      assert.deepEqual(plan.leftovers, [service]);
      assert.match(plan.warnings.join('\n'), /left in place: v1\/Service\/order-api/);
      assert.equal(await get('kept', 'service', '-o', 'name'), 'service/order-api');
    });

    it('removes them when that was chosen, shows it, and leaves what is not the service’s own', async () => {
      const target = await environment('pruned');
      const config = [{ target: '/etc/a', content: 'x' }];
      await apply(intentOf(target, image, none({ ...withPort, config })));
      const marks = JSON.parse(await cluster.kubectl('get', 'configmap', '-l', 'waybill.dev/environment', '-n', 'pruned', '-o', 'json'));
      const { labels, annotations } = marks.items.find((item: { metadata: { name: string } }) =>
        /-[0-9a-f]{8}$/.test(item.metadata.name),
      ).metadata;
      // A copy by hand carries the marks of the object that it was copied from; others of the name carry none.
      const copy = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'order-api-copy', namespace: 'pruned', labels, annotations } };
      const secret = { ...copy, kind: 'Secret', metadata: { ...copy.metadata, name: 'order-api' } };
      const ingress = {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'order-api', namespace: 'pruned', labels },
        spec: { defaultBackend: { service: { name: 'order-api', port: { number: 8080 } } } },
      };
      for (const object of [copy, secret, ingress]) await cluster.apply(JSON.stringify(object));
      const { plan, message } = await apply(intentOf(target, image, none({ ...without, config }), { choices: { prune: true } }));
      assert.deepEqual(
        plan.changes.filter(({ change }) => change === 'remove').map(({ object }) => object),
        [service],
      );
      assert.match(message, /Removed: Service order-api\./);
      for (const name of ['ingress/order-api', 'secret/order-api', 'configmap/order-api-copy'])
        assert.match(await get('pruned', name, '-o', 'name'), /order-api/);
      assert.equal(await get('pruned', 'service', '-o', 'name'), '');
    });

    it('removes nothing when the rollout does not become healthy', async () => {
      const target = await environment('unhealthy');
      await apply(intentOf(target, image, withPort));
      const stuck = { ...without, replicas: 1, rollout: { ...intentOf(target, image).service.rollout, progressDeadline: 1 } };
      // The cluster does not say that it has given up: that is found out a minute later.
      const impatient = kubernetesPlatform({ clock: fastClock(6), kubeconfigPaths: [cluster.kubeconfig] });
      const plan = await impatient.plan(intentOf(target, image, stuck, { choices: { prune: true } }), soon());
      const result = await impatient.apply(plan, () => undefined, soon()).finally(() => impatient.close());
      assert.equal(result.outcome, 'Failed');
      assert.equal(await get('unhealthy', 'service', '-o', 'name'), 'service/order-api');
    });

    it('keeps the configuration that records still name, and removes older ones', async () => {
      const target = { ...(await environment('configs')), keepRecords: 2 };
      const config = (content: string) => none({ config: [{ target: '/etc/a', content }] });
      for (const content of ['1', '2', '3']) await apply(intentOf(target, image, config(content)));
      const plan = await planOf(intentOf(target, image, config('3')));
      assert.equal(plan.leftovers?.length, 1);
      await apply(intentOf(target, image, config('3'), { choices: { prune: true } }));
      const left = await get('configs', 'configmap', '-l', 'app.kubernetes.io/managed-by=waybill', '-o', 'name');
      assert.equal(left.split('\n').filter((name) => /order-api-[0-9a-f]{8}$/.test(name)).length, 2);
    });

    it('asks for the name when more than 30 % would go', async () => {
      const target = await environment('many');
      const rich = none({
        config: [{ target: '/etc/a', content: 'x' }],
        expose: { type: 'Ingress', ports: ['http'], host: 'h.example.com', class: 'nginx' },
      });
      await apply(intentOf(target, image, rich));
      const plan = await planOf(intentOf(target, image, none({ expose: { type: 'None', ports: [] } }), { choices: { prune: true } }));
      assert.match(plan.typed ?? '', /2 objects are removed, more than 30 %/);
    });

    it('is not applied when a leftover was exchanged since it was shown', async () => {
      const target = await environment('exchanged');
      await apply(intentOf(target, image, withPort));
      const plan = await planOf(intentOf(target, image, without, { choices: { prune: true } }));
      const live = JSON.parse(await cluster.kubectl('get', 'service', 'order-api', '-n', 'exchanged', '-o', 'json'));
      await cluster.kubectl('delete', 'service', 'order-api', '-n', 'exchanged');
      const { labels, annotations, name, namespace } = live.metadata;
      await cluster.apply(
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { labels, annotations, name, namespace },
          spec: { ports: [{ port: 1 }] },
        }),
      );
      await assert.rejects(
        platform.apply(plan, () => undefined, soon()),
        { waybill: 'conflict' },
      );
      assert.equal(await get('exchanged', 'service', '-o', 'name'), 'service/order-api');
    });
  });

  describe('with bad input', () => {
    it('configuration that no ConfigMap holds, and files that are no text', async () => {
      const target = await environment('large');
      const config = [
        { target: '/etc/large', content: 'x'.repeat(1024 * 1024) },
        { target: '/etc/keystore.jks', content: 'ab\uFFFD\0' },
      ];
      const refusals = (await planOf(intentOf(target, image, none({ config })))).refusals.join('\n');
      assert.match(refusals, /1025 KiB together, and a ConfigMap holds 1024 KiB; the largest is \/etc\/large/);
      assert.match(refusals, /\/etc\/keystore\.jks is no text/);
    });

    it('names at the limits are taken', async () => {
      const name = `a${'b'.repeat(44)}c`;
      const target = { ...(await environment(`n${'s'.repeat(61)}x`)), name: 'e'.repeat(20) };
      const config = [{ target: `/${'deep/'.repeat(60)}file.conf`, content: 'x' }];
      const ports = [{ name: 'abcdefghijklmno', port: 65535, auto: false }];
      const { plan } = await apply(
        intentOf(target, image, none({ name, config, ports, expose: { type: 'ClusterIP', ports: [] } }), { tag: 't'.repeat(128) }),
      );
      assert.equal(plan.changes.length, 4);
    });

    it('a field that never changes says how to go on', async () => {
      const target = await environment('immutable');
      await apply(intentOf(target, image, none()));
      const live = JSON.parse(await cluster.kubectl('get', 'deployment', 'order-api', '-n', 'immutable', '-o', 'json'));
      const { labels, annotations, name, namespace } = live.metadata;
      const old = { ...live.spec.selector.matchLabels, generation: 'one' };
      const template = { ...live.spec.template, metadata: { labels: { ...live.spec.template.metadata.labels, generation: 'one' } } };
      await cluster.kubectl('delete', 'deployment', 'order-api', '-n', 'immutable');
      await cluster.apply(
        JSON.stringify({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { labels, annotations, name, namespace },
          spec: { replicas: 0, selector: { matchLabels: old }, template },
        }),
      );
      const plan = await planOf(intentOf(target, image, none(), { choices: { takeOver: ['apps/v1/Deployment/order-api'] } }));
      assert.match(plan.refusals.join('\n'), /field is immutable That field never changes: .*--cascade=orphan/);
    });

    it('no instances, and an environment that forbids it', async () => {
      const target = await environment('zero');
      const plan = await planOf(intentOf(target, image, none()));
      assert.match(plan.warnings.join('\n'), /no instance will run/);
      const guarded = { ...target, protected: { ...target.protected, on: true, forbid: ['scale-to-zero'] } };
      assert.match((await planOf(intentOf(guarded, image, none()))).refusals.join('\n'), /forbids scale-to-zero/);
    });

    it('half of the instances taken away from a protected environment asks for its name', async () => {
      const target = await environment('halved');
      const control = new AbortController();
      const plan = await planOf(intentOf(target, image, { replicas: 4 }));
      // Nothing becomes healthy without a node: it is enough that the objects are there.
      const report = (event: DeployEvent): void => {
        if (event.type === 'phase' && event.phase === 'rollout') control.abort();
      };
      assert.equal((await platform.apply(plan, report, control.signal)).outcome, 'Aborted');
      const guarded = { ...target, protected: { ...target.protected, on: true } };
      assert.equal((await planOf(intentOf(guarded, image, { replicas: 3 }))).typed, undefined);
      assert.equal((await planOf(intentOf(guarded, image, { replicas: 2 }))).typed, '4 instances become 2');
      assert.equal((await planOf(intentOf(target, image, { replicas: 2 }))).typed, undefined);
    });

    it('a JDK that no node has, and an image of it that floats', async () => {
      const target = await environment('jdk');
      const jdk = (mode: 'hostMount' | 'imageVolume', reference?: string) =>
        none({ jdk: { version: '21', mode, mountPath: '/opt/jdk', ...(reference ? { image: reference } : {}) } });
      assert.match(
        (await planOf(intentOf(target, image, jdk('hostMount')))).warnings.join('\n'),
        /No node has the label waybill\.dev\/jdk-21=true/,
      );
      const floating = await planOf(intentOf(target, image, jdk('imageVolume', 'registry.example.com/jdk:21')));
      assert.match(floating.refusals.join('\n'), /jdk:21 is not named by digest/);
      const pinned = await planOf(intentOf(target, image, jdk('imageVolume', `registry.example.com/jdk@sha256:${'d'.repeat(64)}`)));
      assert.match(
        pinned.refusals.join('\n'),
        /the cluster leaves out .*volumeMounts\[jdk\].*Images are mounted only where the feature ImageVolume is on/,
      );
    });
  });
});
