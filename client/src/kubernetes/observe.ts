/** The live state of an environment from two watches: Deployments and Pods of the product in the namespace. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { Clock, EnvironmentState } from '../ports.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { type PodView, podView } from './pods.ts';
import type { Api } from './request.ts';
import { type DeploymentView, deploymentView, stateMaker } from './state.ts';
import { watchCollection } from './watch.ts';

/** Changes within this time are told together. */
const settle = 300;
/** A connection that is away longer than this is shown. */
const patience = 5_000;

/** Yields at once and after changes. Throws `wrong-target`, `unauthorized` or what keeps the first look from succeeding. */
export async function* observeEnvironment(
  api: Api,
  environment: EnvironmentSummary,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<EnvironmentState> {
  await verifyIdentity(api, environment, false, signal);
  const scope = new AbortController();
  const inner = AbortSignal.any([signal, scope.signal]);
  const feed = watchBoth(api, environment, clock, inner);
  const maker = stateMaker(environment.name);
  let before: EnvironmentState | undefined;
  try {
    while (!inner.aborted) {
      const view = await feed.next(before !== undefined);
      if (inner.aborted) return;
      const state = maker.next(view.deployments, view.pods, view.lost);
      if (state !== before) yield state;
      before = state;
    }
  } finally {
    scope.abort();
    await feed.ended;
  }
}

function watchBoth(api: Api, environment: EnvironmentSummary, clock: Clock, signal: AbortSignal) {
  const { namespace } = kubernetesTarget(environment);
  const labelSelector = [
    'app.kubernetes.io/managed-by=waybill',
    `app.kubernetes.io/part-of=${environment.product}`,
    `waybill.dev/environment=${environment.name}`,
  ].join(',');
  let deployments: ReadonlyMap<string, DeploymentView> | undefined;
  let pods: ReadonlyMap<string, PodView> | undefined;
  const lostSince = new Map<string, number>();
  let everSeen = false;
  let failure: unknown;
  let dirty = false;
  let wake = (): void => undefined;
  const touch = (): void => {
    dirty = true;
    wake();
  };
  // One listener for the whole watch: an observer waits many thousands of times.
  signal.addEventListener('abort', () => wake(), { once: true });
  const run = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      failure ??= error;
    }
    touch();
  };
  /** What both watches do when their connection comes and goes. */
  const line = (resource: string) => ({
    connected: () => {
      if (lostSince.delete(resource)) touch();
    },
    lost: (error: Error) => {
      if (!lostSince.has(resource)) lostSince.set(resource, clock.now().getTime());
      // Before the first look the reason matters more than patience.
      if (!everSeen) failure ??= error;
      touch();
    },
  });
  const watchDeployments = watchCollection(
    api,
    { path: `/apis/apps/v1/namespaces/${namespace}/deployments`, labelSelector, project: deploymentView },
    {
      changed: (view) => {
        deployments = view;
        touch();
      },
      ...line('deployments'),
    },
    clock,
    signal,
  );
  const watchPods = watchCollection(
    api,
    { path: `/api/v1/namespaces/${namespace}/pods`, labelSelector, project: podView },
    {
      changed: (view) => {
        pods = view;
        touch();
      },
      ...line('pods'),
    },
    clock,
    signal,
  );
  const isLost = (): boolean => [...lostSince.values()].some((since) => clock.now().getTime() - since > patience);
  return {
    ended: Promise.all([run(watchDeployments), run(watchPods)]),
    /** The view, as soon as both lists are there and something has changed; `debounce` waits for changes to settle. */
    next: async (debounce: boolean) => {
      while (!signal.aborted) {
        if (failure !== undefined) throw failure;
        if (dirty && deployments && pods) {
          if (debounce) await clock.sleep(settle, signal).catch(() => undefined);
          dirty = false;
          everSeen = true;
          // While the connection is away, time alone changes the state.
          if (lostSince.size > 0 && !isLost()) void clock.sleep(patience, signal).then(touch, () => undefined);
          return { deployments: [...deployments.values()], pods: pods.values(), lost: isLost() };
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted) resolve();
        });
      }
      return { deployments: [], pods: [], lost: false };
    },
  };
}
