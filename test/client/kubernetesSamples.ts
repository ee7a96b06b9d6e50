// A service and intents to deploy it, for the tests of the Kubernetes platform.
import type { DeployIntent } from '../../client/src/ports.ts';
import type { EffectiveService, EnvironmentSummary, ImageByDigest } from '../../server/src/protocol.ts';

/** The numeric user of the test images. */
export const uid = 10001;

/** The effective configuration of a service that listens on 8080 and is ready at once. */
export function serviceOf(image: ImageByDigest, change: Partial<EffectiveService> = {}): EffectiveService {
  return {
    name: 'order-api',
    product: 'zero-dsp',
    environment: 'integration',
    repository: image.repository,
    dependsOn: [],
    ports: [{ name: 'http', port: 8080, auto: false }],
    env: [{ name: 'GREETING', value: 'hello' }],
    config: [],
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
    health: {},
    lifecycle: { stopGracePeriod: 1, preStopSleep: 0 },
    network: 'bridge',
    expose: { type: 'ClusterIP', ports: ['http'] },
    uid,
    replicas: 1,
    rollout: {
      strategy: 'rolling',
      maxSurge: 1,
      maxUnavailable: 0,
      batch: 1,
      order: 'start-first',
      interval: 0,
      minReady: 0,
      progressDeadline: 60,
      confirm: false,
    },
    ignored: [],
    ...change,
  };
}

export const quick = (seconds: number): EffectiveService['rollout'] => ({
  strategy: 'rolling',
  maxSurge: 1,
  maxUnavailable: 0,
  batch: 1,
  order: 'start-first',
  interval: 0,
  minReady: 0,
  progressDeadline: seconds,
  confirm: false,
});

export function intentOf(
  environment: EnvironmentSummary,
  image: ImageByDigest,
  service: Partial<EffectiveService> = {},
  change: Partial<DeployIntent> = {},
): DeployIntent {
  return {
    environment,
    service: serviceOf(image, { environment: environment.name, product: environment.product, ...service }),
    image,
    tag: 'main-3f2a91bc-20261124081500',
    release: 'rel-0123456789ab',
    alias: 'brave-otter',
    source: { repository: 'https://git.example.com/zero-dsp/order-api', revision: '3f2a91bc' },
    by: 'dev@example.com',
    rollback: false,
    ...change,
  };
}

/** An image that is nowhere. */
export const image: ImageByDigest = { repository: 'registry.example.com/zero-dsp/order-api', digest: `sha256:${'a'.repeat(64)}` };
const at = { line: 0, character: 0 };
/** An environment that is nowhere. */
export const environment: EnvironmentSummary = {
  name: 'integration',
  product: 'zero-dsp',
  location: { uri: 'file:///w/waybill.environments.yaml', range: { start: at, end: at } },
  target: { kind: 'kubernetes', context: 'c', cluster: {}, namespace: 'shop', createNamespace: false },
  folder: '/w',
  promote: { from: [], requires: [] },
  protected: { on: false, confirm: 'none', gates: [], forbid: [] },
  keepRecords: 20,
  problems: [],
};
