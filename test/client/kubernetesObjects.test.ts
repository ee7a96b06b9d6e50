import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unifiedDiff } from '../../client/src/delivery/diff.ts';
import { comparable, kubernetesTarget } from '../../client/src/kubernetes/identity.ts';
import { applySetId, configHash, configMapName, labelValue, ownerMark } from '../../client/src/kubernetes/names.ts';
import { meaningful, objectDiff, templateChanges } from '../../client/src/kubernetes/noise.ts';
import { objectsOf, shortfalls } from '../../client/src/kubernetes/objects.ts';
import { configKeys, literalValue } from '../../client/src/kubernetes/podTemplate.ts';
import { scheduledNow } from '../../client/src/kubernetes/schedule.ts';
import type { KubeObject } from '../../client/src/kubernetes/types.ts';
import type { EffectiveService } from '../../server/src/protocol.ts';
import { environment, image, intentOf } from './kubernetesSamples.ts';

const objects = (change: Partial<EffectiveService> = {}, minor = 34) => objectsOf(intentOf(environment, image, change), 'shop', { minor });
const find = (kind: string, change: Partial<EffectiveService> = {}, minor = 34): KubeObject => {
  const found = objects(change, minor).find((object) => object.kind === kind);
  assert.ok(found, kind);
  return found;
};
/** A value inside plain data, by path. */
const inside = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((here, key) => (typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined), value);
const pod = (change: Partial<EffectiveService>, minor = 34) => inside(find('Deployment', change, minor), 'spec', 'template', 'spec');
const container = (change: Partial<EffectiveService>, minor = 34) => inside(pod(change, minor), 'containers', 0);

describe('the objects of a service', () => {
  it('are those that it needs, in the order of application', () => {
    const config = [{ target: '/etc/a', content: 'x' }];
    assert.deepEqual(
      objects({ replicas: 2, config }).map((object) => object.kind),
      ['ServiceAccount', 'ConfigMap', 'Service', 'Deployment', 'PodDisruptionBudget'],
    );
    assert.deepEqual(
      objects({ expose: { type: 'None', ports: [] } }).map((object) => object.kind),
      ['ServiceAccount', 'Deployment'],
    );
  });

  it('name the image by digest only, nowhere by tag', () => {
    assert.equal(inside(container({}), 'image'), `registry.example.com/zero-dsp/order-api@${image.digest}`);
    assert.equal(find('Deployment').metadata.annotations?.['waybill.dev/image-tag'], 'main-3f2a91bc-20261124081500');
  });

  it('carry owner, ApplySet and version marks, with a selector that never changes', () => {
    const deployment = find('Deployment');
    assert.equal(deployment.metadata.annotations?.['waybill.dev/owner'], 'zero-dsp/order-api/integration:apps/Deployment:shop/order-api');
    assert.equal(deployment.metadata.labels?.['applyset.kubernetes.io/part-of'], applySetId('order-api', 'shop'));
    assert.deepEqual(inside(deployment, 'spec', 'selector', 'matchLabels'), {
      'app.kubernetes.io/name': 'order-api',
      'app.kubernetes.io/instance': 'order-api',
      'waybill.dev/track': 'stable',
    });
    assert.deepEqual(Object.keys(inside(deployment, 'spec', 'template', 'metadata', 'annotations') ?? {}), ['waybill.dev/release']);
  });

  it('are restricted by default', () => {
    assert.deepEqual(inside(pod({}), 'securityContext'), {
      runAsNonRoot: true,
      runAsUser: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    assert.deepEqual(inside(container({}), 'securityContext'), { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
    assert.equal(inside(pod({}), 'automountServiceAccountToken'), false);
    assert.deepEqual(inside(pod({ uid: 0 }), 'securityContext'), { seccompProfile: { type: 'RuntimeDefault' } });
  });

  it('refer to secrets and never hold them', () => {
    const env = [{ name: 'P', secret: { name: 'db', key: 'password' } }];
    assert.deepEqual(inside(container({ env }), 'env'), [{ name: 'P', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }]);
  });

  it('wait before they stop: by the sleep action, or by a program for older servers', () => {
    const lifecycle = { stopGracePeriod: 45, preStopSleep: 10 };
    assert.deepEqual(inside(container({ lifecycle }), 'lifecycle', 'preStop'), { sleep: { seconds: 10 } });
    assert.deepEqual(inside(container({ lifecycle }, 29), 'lifecycle', 'preStop'), { exec: { command: ['sleep', '10'] } });
    assert.equal(inside(pod({ lifecycle }), 'terminationGracePeriodSeconds'), 55);
  });

  it('mount the JDK of the host only where the host has it', () => {
    const jdk = { version: '21', mode: 'hostMount', mountPath: '/opt/jdk' } as const;
    assert.deepEqual(inside(pod({ jdk }), 'nodeSelector'), { 'waybill.dev/jdk-21': 'true' });
    assert.deepEqual(inside(pod({ jdk }), 'volumes'), [{ name: 'jdk', hostPath: { path: '/usr/java/jdk-21', type: 'Directory' } }]);
    assert.deepEqual(inside(container({ jdk, env: [] }), 'env'), [{ name: 'JAVA_HOME', value: '/opt/jdk' }]);
  });

  it('on the host network are found by a headless Service', () => {
    assert.equal(inside(pod({ network: 'host' }), 'hostNetwork'), true);
    assert.equal(inside(find('Service', { network: 'host' }), 'spec', 'clusterIP'), 'None');
  });

  it('publish a fixed port of the node', () => {
    const ports = [{ name: 'http', port: 8080, auto: false, nodePort: 30080 }];
    const service = find('Service', { ports, expose: { type: 'NodePort', ports: ['http'] } });
    assert.deepEqual(inside(service, 'spec', 'ports', 0, 'nodePort'), 30080);
  });

  it('mount the JDK of an image by its digest', () => {
    const reference = `registry.example.com/base/jdk-volume@sha256:${'b'.repeat(64)}`;
    const jdk = { version: '21', mode: 'imageVolume', mountPath: '/opt/jdk', image: reference, imagePath: '/usr/lib/jdk' } as const;
    assert.deepEqual(inside(pod({ jdk }), 'volumes'), [{ name: 'jdk', image: { reference, pullPolicy: 'IfNotPresent' } }]);
    assert.deepEqual(inside(container({ jdk }), 'volumeMounts'), [
      { name: 'jdk', mountPath: '/opt/jdk', readOnly: true, subPath: 'usr/lib/jdk' },
    ]);
    assert.equal(inside(pod({ jdk }), 'nodeSelector'), undefined);
    assert.equal(inside(pod({ jdk: { version: '21', mode: 'layer', mountPath: '/opt/jdk' } }), 'volumes'), undefined);
  });

  it('leave the number of instances to an autoscaler, which is kept between its limits', () => {
    const auto = { min: 2, max: 6, cpu: 70 };
    assert.equal(inside(find('Deployment', { auto }), 'spec', 'replicas'), undefined);
    assert.deepEqual(inside(find('HorizontalPodAutoscaler', { auto }), 'spec'), {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'order-api' },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    });
    assert.ok(find('PodDisruptionBudget', { auto, replicas: 1 }));
  });

  it('have an Ingress or a route of the host that is named', () => {
    const expose = { ports: ['http'], host: 'order.example.com', path: '/orders' };
    assert.deepEqual(inside(find('Ingress', { expose: { ...expose, type: 'Ingress', class: 'nginx' } }), 'spec'), {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'order.example.com',
          http: {
            paths: [{ path: '/orders', pathType: 'Prefix', backend: { service: { name: 'order-api', port: { name: 'http' } } } }],
          },
        },
      ],
    });
    assert.deepEqual(inside(find('HTTPRoute', { expose: { ...expose, type: 'Gateway', gateway: 'infra/public-gw' } }), 'spec'), {
      parentRefs: [{ name: 'public-gw', namespace: 'infra' }],
      hostnames: ['order.example.com'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/orders' } }],
          backendRefs: [{ name: 'order-api', port: 8080, weight: 100 }],
        },
      ],
    });
  });

  it('tell the controller of BFE which Services stand behind a rule', () => {
    const intent = intentOf(environment, image, { expose: { type: 'Ingress', ports: ['http'], host: 'h.example.com', class: 'bfe' } });
    const [ingress] = objectsOf(intent, 'shop', { minor: 34, bfe: true }).filter(({ kind }) => kind === 'Ingress');
    assert.equal(ingress?.metadata.annotations?.['bfe.ingress.kubernetes.io/balance.weight'], '{"order-api":{"order-api":100}}');
  });

  it('open their ports where the namespace denies by default: to the product, or to all when reached from outside', () => {
    const target = { ...kubernetesTarget(environment), isolation: { networkPolicy: 'default-deny' } as const };
    const policy = (expose: EffectiveService['expose'], network: 'bridge' | 'host' = 'bridge') =>
      objectsOf(intentOf({ ...environment, target }, image, { expose, network }), 'shop', { minor: 34 }).find(
        ({ kind }) => kind === 'NetworkPolicy',
      );
    assert.deepEqual(inside(policy({ type: 'ClusterIP', ports: ['http'] }), 'spec', 'ingress'), [
      { from: [{ namespaceSelector: { matchLabels: { 'waybill.dev/product': 'zero-dsp' } } }], ports: [{ protocol: 'TCP', port: 8080 }] },
    ]);
    assert.deepEqual(inside(policy({ type: 'NodePort', ports: ['http'] }), 'spec', 'ingress'), [
      { ports: [{ protocol: 'TCP', port: 8080 }] },
    ]);
    assert.equal(policy({ type: 'None', ports: [] }), undefined);
    assert.equal(policy({ type: 'ClusterIP', ports: ['http'] }, 'host'), undefined);
  });

  it('say what Kubernetes is given in another way', () => {
    const said = (change: Partial<EffectiveService>) => shortfalls(intentOf(environment, image, change)).join();
    assert.match(said({ expose: { type: 'Gateway', ports: ['http', 'admin'] } }), /the route leads to port `http`/);
    assert.match(said({ replicas: 0 }), /no instance will run/);
    assert.match(said({ schedule: [{ cron: '0 9 * * *', timezone: 'UTC', min: 4 }] }), /names no image with kubectl/);
    assert.match(said({ auto: { min: 1, max: 2, cpu: 80 }, resources: { requests: {}, limits: {} } }), /nothing will be scaled/);
    assert.equal(said({}), '');
  });
});

describe('a schedule', () => {
  const target = { ...kubernetesTarget(environment), kubectlImage: image };
  const schedule = [{ cron: '0 9 * * *', until: '0 23 * * *', timezone: 'Asia/Shanghai', min: 12 }];
  const intent = (change: Partial<EffectiveService>) => intentOf({ ...environment, target }, image, { schedule, ...change });
  const made = (change: Partial<EffectiveService>) => objectsOf(intent(change), 'shop', { minor: 34 });
  const commands = (change: Partial<EffectiveService>) =>
    made(change)
      .filter(({ kind }) => kind === 'CronJob')
      .map((job) => inside(job, 'spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', '0', 'command'));

  it('sets the minimum at its beginning and the usual one at its end, of the autoscaler where there is one', () => {
    const fields = '--field-manager=waybill-schedule';
    assert.deepEqual(commands({ auto: { min: 6, max: 20, cpu: 70 } }), [
      [
        'kubectl',
        'patch',
        'horizontalpodautoscaler/order-api',
        '--namespace=shop',
        '--type=merge',
        '--patch={"spec":{"minReplicas":12}}',
        fields,
      ],
      [
        'kubectl',
        'patch',
        'horizontalpodautoscaler/order-api',
        '--namespace=shop',
        '--type=merge',
        '--patch={"spec":{"minReplicas":6}}',
        fields,
      ],
    ]);
    assert.match(String(commands({ replicas: 3 })[1]), /deployment\/order-api,--namespace=shop,--subresource=scale.*"replicas":3/);
  });
  it('has an account that may change this one service, and pods that are no instances of it', () => {
    const role = made({}).find(({ kind }) => kind === 'Role');
    assert.deepEqual(inside(role, 'rules'), [
      { apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'], resourceNames: ['order-api'], verbs: ['get', 'patch'] },
    ]);
    const job = made({}).find(({ kind }) => kind === 'CronJob');
    const labels = inside(job, 'spec', 'jobTemplate', 'spec', 'template', 'metadata', 'labels');
    assert.equal(inside(labels, 'app.kubernetes.io/name'), 'order-api-schedule');
  });
  it('is not undone by a deployment in its time', () => {
    const at = (time: string) => scheduledNow(intent({ auto: { min: 6, max: 20, cpu: 70 } }), new Date(time));
    assert.equal(at('2026-11-24T00:59:00Z'), 6);
    assert.equal(at('2026-11-24T01:01:00Z'), 12);
    assert.equal(at('2026-11-24T15:01:00Z'), 6);
    const now = (scheduled: number, change: Partial<EffectiveService>) => objectsOf(intent(change), 'shop', { minor: 34, scheduled });
    const scaler = now(12, { auto: { min: 6, max: 20, cpu: 70 } }).find(({ kind }) => kind === 'HorizontalPodAutoscaler');
    assert.equal(inside(scaler, 'spec', 'minReplicas'), 12);
    const deployment = now(12, {}).find(({ kind }) => kind === 'Deployment');
    assert.equal(inside(deployment, 'spec', 'replicas'), 12);
  });
  it('has names that fit for the longest of services', () => {
    const name = `a${'b'.repeat(45)}`;
    for (const { kind, metadata } of made({ name })) assert.ok(metadata.name.length <= (kind === 'CronJob' ? 52 : 63), metadata.name);
  });
});

describe('names', () => {
  it('of ConfigMaps follow the content, not the order', () => {
    const [a, b] = [
      { target: '/a', content: '1' },
      { target: '/b', content: '2' },
    ];
    assert.equal(configHash([a, b]), configHash([b, a]));
    assert.notEqual(configHash([a]), configHash([b]));
    assert.match(configMapName(intentOf(environment, image, { config: [a] }).service), /^order-api-[0-9a-f]{8}$/);
  });
  it('of files in a ConfigMap are valid and distinct', () =>
    assert.deepEqual(
      configKeys([
        { target: '/etc/a b', content: '' },
        { target: '/etc/a-b', content: '' },
        { target: '/c', content: '' },
      ]),
      ['etc-a-b', 'etc-a-b.1', 'c'],
    ));
  it('of the ApplySet are those of kubectl', () => assert.match(applySetId('order-api', 'shop'), /^applyset-[A-Za-z0-9_-]{43}-v1$/));
  it('of owners name the object they are on', () => {
    const { service } = intentOf(environment, image);
    assert.equal(ownerMark(service, 'v1', 'Service', 'shop', 'order-api'), 'zero-dsp/order-api/integration:/Service:shop/order-api');
  });
  it('in labels are short and end well', () => {
    assert.equal(labelValue('feature/x+1'), 'feature-x-1');
    assert.equal(labelValue(`${'a'.repeat(62)}--b`).length, 62);
  });
  it('of servers are compared with their port', () => {
    assert.equal(comparable('https://k.example.com'), comparable('https://k.example.com:443/'));
    assert.notEqual(comparable('https://k.example.com'), comparable('https://k.example.com:6443'));
  });
});

describe('values', () => {
  const cases = { plain: 'plain', $HOME: '$HOME', '$(A)': '$$(A)', $$: '$$$', a$: 'a$', '$$(A)': '$$$$(A)' };
  // What Kubernetes makes of a value without variables (third_party/forked/golang/expansion).
  const expand = (text: string): string => text.replace(/\$(\$|\([^)]*\))/g, (_, what: string) => (what === '$' ? '$' : '?'));
  for (const [value, written] of Object.entries(cases)) {
    it(`${value} arrives unchanged`, () => {
      assert.equal(literalValue(value), written);
      assert.equal(expand(literalValue(value)), value);
    });
  }
});

describe('the difference between live and predicted', () => {
  const live: KubeObject = {
    ...find('Deployment'),
    metadata: { ...find('Deployment').metadata, uid: 'u', resourceVersion: '7', generation: 2, managedFields: [] },
    status: { replicas: 1 },
  };
  it('is empty when only bookkeeping differs', () => {
    const annotations = { ...live.metadata.annotations, 'waybill.dev/deployed-at': 'now', 'deployment.kubernetes.io/revision': '4' };
    assert.equal(objectDiff(live, { ...find('Deployment'), metadata: { ...find('Deployment').metadata, annotations } }), '');
    assert.equal('status' in meaningful(live), false);
  });
  it('shows the lines that change, and whether Pods restart', () => {
    const replicas = find('Deployment', { replicas: 3 });
    assert.match(objectDiff(live, replicas), /^- {2}replicas: 1\n\+ {2}replicas: 3$/m);
    assert.equal(templateChanges(live, replicas), false);
    assert.equal(templateChanges(live, find('Deployment', { env: [] })), true);
  });
});

describe('a unified diff', () => {
  it('is what diff -u writes', () => {
    const before = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);
    const after = before.map((line) => (line === 'line 2' ? 'second' : line)).filter((line) => line !== 'line 11');
    assert.equal(
      unifiedDiff(`${before.join('\n')}\n`, `${after.join('\n')}\n`),
      '@@ -1,5 +1,5 @@\n line 1\n-line 2\n+second\n line 3\n line 4\n line 5\n@@ -8,5 +8,4 @@\n line 8\n line 9\n line 10\n-line 11\n line 12',
    );
  });
  it('of a new text adds every line, of an equal text says nothing', () => {
    assert.equal(unifiedDiff('', 'a\nb\n'), '@@ -0,0 +1,2 @@\n+a\n+b');
    assert.equal(unifiedDiff('a\n', 'a\n'), '');
  });
  it('gives back the new text when it is applied, whatever the texts', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let round = 0; round < 300; round++) {
      const text = (): string[] => Array.from({ length: random(12) }, () => 'abc'[random(3)] ?? '');
      const [before, after] = [text(), text()];
      const lines = unifiedDiff(before.join('\n'), after.join('\n'), 100).split('\n').slice(1);
      const kept = (sign: string): string[] => lines.filter((line) => line[0] !== sign).map((line) => line.slice(1));
      if (before.join('\n') === after.join('\n')) continue;
      assert.deepEqual(kept('+'), before);
      assert.deepEqual(kept('-'), after);
    }
  });
});
