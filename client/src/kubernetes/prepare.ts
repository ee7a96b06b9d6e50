/** Plans what an environment's namespace is given, and applies what was shown. */
import { createHash } from 'node:crypto';
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DeployEvent, DeployResult, Plan, PlanChoices } from '../ports.ts';
import { missingPermissions, permissionText } from './access.ts';
import { environmentObjects } from './bootstrap.ts';
import { applyObject, type Prediction, predict, refusalText } from './dryRun.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { endpointOf } from './names.ts';
import { meaningful, sorted } from './noise.ts';
import { changeOf } from './plan.ts';
import { namespaceState } from './preflight.ts';
import type { Api } from './request.ts';

export interface Preparation {
  readonly plan: Omit<Plan, 'token'>;
  readonly environment: EnvironmentSummary;
  readonly choices: PlanChoices;
  readonly predictions: readonly Prediction[];
}

/** Throws `wrong-target`; what forbids it is among the refusals. */
export async function planPreparation(
  api: Api,
  environment: EnvironmentSummary,
  choices: PlanChoices,
  signal: AbortSignal,
): Promise<Preparation> {
  const { namespace, isolation } = kubernetesTarget(environment);
  const identity = await verifyIdentity(api, environment, true, signal);
  const state = await namespaceState(api, namespace, signal);
  const objects = environmentObjects(environment);
  const there = state === 'active' || state === 'hidden';
  const [predictions, denied] = await Promise.all([
    Promise.all(objects.map((object) => predict(api, object, there || object.kind === 'Namespace', choices, signal))),
    denials(
      api,
      namespace,
      objects.map(({ kind }) => kind),
      signal,
    ),
  ]);
  const conflicts = predictions.flatMap((prediction) => prediction.conflicts);
  const plan = {
    title: `Prepare namespace ${namespace} for ${environment.name}`,
    environment: environment.name,
    service: `namespace ${namespace}`,
    release: '',
    image: { repository: '', digest: '' },
    parts: [],
    identity,
    changes: predictions.map(changeOf),
    warnings: [
      ...predictions.flatMap(({ warnings }) => warnings),
      ...(isolation ? [] : ['The environment sets no `isolation`: only the namespace and its labels are made.']),
    ],
    refusals: [
      ...(state === 'terminating' ? [`Namespace ${namespace} is being deleted: nothing can be created in it. Wait until it is gone.`] : []),
      ...denied,
      ...predictions.flatMap(({ refusals }) => refusals),
    ],
    ...(conflicts.length > 0 ? { conflicts } : {}),
    hash: hashOf(identity, predictions),
  };
  return { plan, environment, choices, predictions };
}

async function denials(api: Api, namespace: string, kinds: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const wanted = [...new Set(kinds)].flatMap((kind) => ['get', 'create', 'patch'].map((verb) => ({ verb, ...endpointOf(kind) })));
  const missing = await missingPermissions(api, namespace, wanted, signal);
  return missing.map(
    (permission) => `You may not ${permissionText(permission)}: ask for a role that allows it, or have ${namespace} prepared.`,
  );
}

function hashOf(identity: readonly string[], predictions: readonly Prediction[]): string {
  const content = predictions.map(({ intent, live, force }) => ({
    intent,
    force,
    live: live ? { uid: live.metadata.uid, state: meaningful(live) } : null,
  }));
  return `sha256:${createHash('sha256')
    .update(JSON.stringify(sorted({ identity, content })))
    .digest('hex')}`;
}

/** In order, stopping at the first error. Throws `conflict` and `refused` before anything is written. */
export async function applyPreparation(
  api: Api,
  shown: Preparation,
  report: (event: DeployEvent) => void,
  signal: AbortSignal,
): Promise<DeployResult> {
  const { plan, predictions } = await planPreparation(api, shown.environment, shown.choices, signal);
  if (plan.refusals.length > 0) throw fail('refused', plan.refusals.join(' '), 'Nothing was written. Remove the reasons and plan again.');
  if (plan.hash !== shown.plan.hash) {
    throw fail('conflict', 'The namespace has changed since the plan was made.', 'Nothing was written. Look at the new plan.');
  }
  const done: string[] = [];
  for (const { intent, force } of predictions) {
    const name = `${intent.kind} ${intent.metadata.name}`;
    report({ type: 'phase', phase: 'apply', message: name });
    try {
      await applyObject(api, intent, { dryRun: false, force }, signal);
      done.push(name);
    } catch (error) {
      const state = done.length > 0 ? `Applied so far: ${done.join(', ')}.` : 'Nothing was changed.';
      return { outcome: signal.aborted ? 'Aborted' : 'Errored', message: `${refusalText(intent, error)} ${state}` };
    }
  }
  const changed = plan.changes.filter(({ change }) => change !== 'unchanged').map(({ object }) => object);
  const { namespace } = kubernetesTarget(shown.environment);
  return {
    outcome: 'Succeeded',
    message:
      changed.length > 0
        ? `${namespace} is prepared: ${changed.length} of ${predictions.length} objects changed.`
        : `${namespace} was prepared already.`,
  };
}
