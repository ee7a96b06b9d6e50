// What Waybill writes against the API of the oldest and the newest server that it knows, by the discovery documents of Kubernetes
// 1.28.15 and 1.36.3 (api/discovery of their sources). 1.34 is tried live.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fail } from '../../client/src/errors.ts';
import { environmentObjects } from '../../client/src/kubernetes/bootstrap.ts';
import { droppedFields } from '../../client/src/kubernetes/dropped.ts';
import { kubernetesTarget } from '../../client/src/kubernetes/identity.ts';
import { endpointOf } from '../../client/src/kubernetes/names.ts';
import { objectsOf } from '../../client/src/kubernetes/objects.ts';
import { checkJdk, unserved } from '../../client/src/kubernetes/prerequisites.ts';
import { prunableKinds } from '../../client/src/kubernetes/prune.ts';
import type { Api, ApiRequest } from '../../client/src/kubernetes/request.ts';
import type { EffectiveService } from '../../server/src/protocol.ts';
import { environment, image, intentOf } from './kubernetesSamples.ts';

type Discovery = Readonly<Record<string, readonly { readonly name: string; readonly kind: string; readonly verbs: readonly string[] }[]>>;
const recorded = (version: string): Discovery =>
  JSON.parse(readFileSync(new URL(`discovery/kubernetes-${version}.json`, import.meta.url), 'utf8'));

/** Answers discovery as that server does, and nothing else. */
function serverOf(discovery: Discovery): Api {
  const answer = ({ path }: ApiRequest) => {
    const resources = discovery[path.replace(/^\/(apis|api)\//, '')];
    if (resources) return { body: { resources }, warnings: [] };
    throw Object.assign(fail('rejected', 'not found', ''), { status: 404, body: {} });
  };
  return { send: async (request: ApiRequest) => answer(request) } as unknown as Api;
}

const isolated = {
  ...environment,
  target: {
    ...kubernetesTarget(environment),
    isolation: { networkPolicy: 'default-deny', quota: { pods: '9' } } as const,
    kubectlImage: image,
  },
};
const everything = (type: 'Ingress' | 'Gateway'): Partial<EffectiveService> => ({
  auto: { min: 2, max: 4, cpu: 80 },
  schedule: [{ cron: '0 9 * * *', until: '0 18 * * *', timezone: 'UTC', min: 3 }],
  config: [{ target: '/etc/a', content: 'x' }],
  expose: { type, ports: ['http'], host: 'h.example.com', gateway: 'gw' },
  lifecycle: { stopGracePeriod: 30, preStopSleep: 5 },
});
const written = (type: 'Ingress' | 'Gateway', minor: number) => objectsOf(intentOf(isolated, image, everything(type)), 'shop', { minor });
const signal = AbortSignal.timeout(5000);

for (const [version, minor] of [
  ['1.28', 28],
  ['1.36', 36],
] as const) {
  describe(`a server of Kubernetes ${version}`, () => {
    const discovery = recorded(version);
    const api = serverOf(discovery);

    it('serves every kind that is written, with every verb that is used', async () => {
      const objects = [...written('Ingress', minor), ...environmentObjects(isolated)];
      assert.deepEqual((await unserved(api, objects, signal)).verdict.refusals, []);
      for (const { apiVersion, kind } of objects) {
        const found = discovery[apiVersion]?.find((resource) => resource.name === endpointOf(kind).resource);
        assert.equal(found?.kind, kind);
        for (const verb of ['get', 'create', 'patch']) assert.ok(found?.verbs.includes(verb), `${verb} ${kind}`);
      }
      for (const { apiVersion, kind } of prunableKinds.filter((one) => one.kind !== 'HTTPRoute')) {
        const found = discovery[apiVersion]?.find((resource) => resource.name === endpointOf(kind).resource);
        for (const verb of ['list', 'delete']) assert.ok(found?.verbs.includes(verb), `${verb} ${kind}`);
      }
    });

    it('without the Gateway API is told of before anything is written', async () => {
      const { objects, verdict } = await unserved(api, written('Gateway', minor), signal);
      assert.deepEqual([...objects], ['gateway.networking.k8s.io/v1/HTTPRoute/order-api']);
      assert.match(verdict.refusals.join(), /does not serve HTTPRoute.*Have it installed/);
    });

    it('is given what it understands: the sleep before the stop, and images of a JDK', async () => {
      const deployment = JSON.stringify(written('Ingress', minor).find(({ kind }) => kind === 'Deployment'));
      assert.match(
        deployment,
        minor >= 30 ? /"preStop":\{"sleep":\{"seconds":5\}\}/ : /"preStop":\{"exec":\{"command":\["sleep","5"\]\}\}/,
      );
      const jdk = {
        version: '21',
        mode: 'imageVolume',
        mountPath: '/opt/jdk',
        image: `r.example.com/jdk@sha256:${'d'.repeat(64)}`,
      } as const;
      const { service } = intentOf(isolated, image, { jdk });
      const { refusals } = await checkJdk(api, minor, service, signal);
      if (minor >= 33) assert.deepEqual(refusals, []);
      else assert.match(refusals.join(), /Kubernetes 1\.28 does not mount images; 1\.33 and later do/);
    });
  });
}

describe('what a server leaves out without a word', () => {
  it('is found by its path; what means nothing, other spellings of amounts, and defaults are not', () => {
    const wanted = {
      spec: {
        replicas: 0,
        volumes: [{ name: 'jdk', image: { reference: 'r' } }],
        containers: [
          {
            name: 'a',
            resources: { limits: { cpu: '1000m' } },
            ports: [{ containerPort: 80 }],
            lifecycle: { preStop: { sleep: { seconds: 5 } } },
          },
        ],
      },
    };
    const got = {
      spec: {
        containers: [
          { name: 'sidecar' },
          { name: 'a', resources: { limits: { cpu: '1' } }, ports: [{ containerPort: 80, protocol: 'TCP' }], lifecycle: { preStop: {} } },
        ],
      },
    };
    assert.deepEqual(droppedFields(wanted, got), ['spec.volumes[jdk]', 'spec.containers[a].lifecycle.preStop.sleep']);
    assert.deepEqual(droppedFields(wanted, wanted), []);
  });
});
