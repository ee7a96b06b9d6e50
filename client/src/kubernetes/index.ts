/** Kubernetes as a platform. Loaded on first use: the client library behind it is large. */
import { fail } from '../errors.ts';
import type { Clock, DeployIntent, Platform } from '../ports.ts';
import { applyPlan } from './apply.ts';
import { skewWarnings } from './clusterTime.ts';
import { type ConnectionOptions, kubeconfigStamp, openContext } from './connection.ts';
import { denialsOf, describe } from './details.ts';
import { driftOf } from './drift.ts';
import { execInPod } from './exec.ts';
import { forwardPort } from './forward.ts';
import { kubernetesTarget, type Pins, pinsOf, verifyIdentity } from './identity.ts';
import { isolationOf } from './isolation.ts';
import { serviceLogs } from './logs.ts';
import { kustomizeOf, manifestsOf } from './manifests.ts';
import { observeEnvironment } from './observe.ts';
import { operateOn, workloadOf } from './operate.ts';
import { readParent } from './parent.ts';
import { drawPlan } from './plan.ts';
import { applyPreparation, type Preparation, planPreparation } from './prepare.ts';
import { reapplyDrift } from './reapply.ts';
import { recordsOf } from './records.ts';
import { type Api, apiOf } from './request.ts';
import { sharing } from './sharing.ts';
import { askPod, noteVerification } from './verification.ts';
import { runJob } from './verificationJob.ts';

export type { ConnectionOptions } from './connection.ts';
export type { Pins } from './identity.ts';

export interface KubernetesOptions extends ConnectionOptions {
  readonly clock: Clock;
}

/** The platform of `kind: kubernetes`. Connections are opened on first use, one per context, and made anew when a kubeconfig changes. */
export function kubernetesPlatform(options: KubernetesOptions): Platform {
  const { clock } = options;
  const connections = connectionsOf(options);
  const intents = new WeakMap<object, DeployIntent>();
  const preparations = new WeakMap<object, Preparation>();
  const apiFor = (environment: DeployIntent['environment']): Api => connections.open(kubernetesTarget(environment).context);
  const shared = new WeakMap<Api, Api>();
  const planningOf = (api: Api): Api => {
    const made = shared.get(api) ?? sharing(api, () => clock.now().getTime());
    shared.set(api, made);
    return made;
  };
  return {
    kind: 'kubernetes',
    identify: async (environment, signal) => verifyIdentity(apiFor(environment), environment, true, signal),
    plan: async (intent, signal) => {
      const api = apiFor(intent.environment);
      const { plan } = await drawPlan(planningOf(api), intent, signal);
      const token = Object.freeze({});
      intents.set(token, intent);
      return { ...plan, warnings: [...plan.warnings, ...skewWarnings(api, clock)], token };
    },
    apply: async (plan, report, signal) => {
      const intent = typeof plan.token === 'object' && plan.token !== null ? intents.get(plan.token) : undefined;
      if (!intent) throw fail('internal', 'This plan was not made by this platform.', 'Make the plan again.');
      const api = apiFor(intent.environment);
      return applyPlan({ api, planning: planningOf(api), clock, report }, plan, intent, signal);
    },
    observe: async function* (environment, signal) {
      yield* observeEnvironment(apiFor(environment), environment, clock, signal);
    },
    logs: async function* (environment, query, signal) {
      yield* serviceLogs(apiFor(environment), environment, query, clock, signal);
    },
    history: async (environment, service, signal) => {
      const api = apiFor(environment);
      await verifyIdentity(api, environment, false, signal);
      return recordsOf((await readParent(api, kubernetesTarget(environment).namespace, service, signal))?.data);
    },
    details: async (environment, service, instance, signal) => describe(apiFor(environment), environment, service, instance, clock, signal),
    denials: async (environment, signal) => denialsOf(apiFor(environment), environment, signal),
    exec: async (environment, order, signal) => execInPod(apiFor(environment), environment, order, signal),
    forward: async (environment, order, report, signal) => forwardPort(apiFor(environment), environment, order, report, clock, signal),
    workload: async (environment, service, signal) => workloadOf(apiFor(environment), environment, service, signal),
    operate: async (order, report, signal) => operateOn({ api: apiFor(order.environment), clock, report }, order, signal),
    drift: async (environment, service, signal) => driftOf(apiFor(environment), environment, service, signal),
    reapply: async (order, report, signal) => reapplyDrift({ api: apiFor(order.environment), clock, report }, order, signal),
    pins: async (environment, signal) => pinsOf(apiFor(environment), kubernetesTarget(environment).namespace, signal),
    planPreparation: async (environment, choices, signal) => {
      const preparation = await planPreparation(apiFor(environment), environment, choices, signal);
      const token = Object.freeze({});
      preparations.set(token, preparation);
      return { ...preparation.plan, token };
    },
    prepare: async (plan, report, signal) => {
      const shown = typeof plan.token === 'object' && plan.token !== null ? preparations.get(plan.token) : undefined;
      if (!shown) throw fail('internal', 'This plan was not made by this platform.', 'Make the plan again.');
      return applyPreparation(apiFor(shown.environment), shown, report, signal);
    },
    isolation: async (environment, signal) => isolationOf(apiFor(environment), environment, signal),
    generate: async (intent) => manifestsOf(intent),
    generateOverlays: async (intents) => kustomizeOf(intents),
    askHttp: async (environment, service, request, signal) => askPod(apiFor(environment), environment, service, request, signal),
    runJob: async (order, signal) => runJob(apiFor(order.environment), order, clock, signal),
    noteVerification: async (environment, service, sequence, verification, signal) =>
      noteVerification(apiFor(environment), environment, service, sequence, verification, signal),
    close: connections.close,
  };
}

/**
 * What `Pin Cluster` writes into an environment: server, CA hash and UID of `kube-system` of the cluster that a context leads to, and
 * the UID of a namespace. Members that may not be read, or are not there, are absent.
 */
export async function pinOf(
  context: string,
  namespace: string | undefined,
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<Pins> {
  const api = apiOf(openContext(context, options));
  try {
    return await pinsOf(api, namespace, signal);
  } finally {
    api.close();
  }
}

function connectionsOf(options: ConnectionOptions) {
  const open = new Map<string, Api>();
  let stamp = '';
  const closeAll = (): void => {
    for (const api of open.values()) api.close();
    open.clear();
  };
  return {
    open: (context: string): Api => {
      const now = kubeconfigStamp(options);
      // Calls that are under way keep their own connection until they end.
      if (now !== stamp) open.clear();
      stamp = now;
      const api = open.get(context) ?? apiOf(openContext(context, options));
      open.set(context, api);
      return api;
    },
    close: closeAll,
  };
}
