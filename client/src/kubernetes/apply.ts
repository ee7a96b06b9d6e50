/** Carries a plan out: lock, intent record, server-side apply, rollout, proof of the digest, outcome record (S2, S5, S9–S11). */
import { fail, isCancelled, isWaybillError } from '../errors.ts';
import type { Clock, DeployEvent, DeployIntent, DeploymentRecord, DeployResult, Outcome, Plan } from '../ports.ts';
import { diagnose } from './diagnosis.ts';
import { applyObject, createNamespace, type Prediction, refusalText } from './dryRun.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { configHash, replicasManager } from './names.ts';
import { type Held, takeLock } from './parent.ts';
import { patient } from './patience.ts';
import { type Drawn, drawPlan } from './plan.ts';
import { digestOf, listPods } from './pods.ts';
import { prune } from './prune.ts';
import { isChangeover, replicasOnly } from './replicas.ts';
import { type Api, statusOf } from './request.ts';
import { awaitRollout, type RolloutEnd } from './rollout.ts';
import type { KubeObject } from './types.ts';

/** How long an outage of the API server is borne, and how long after an abort or an error the writing of the outcome is tried. */
const patience = 60_000;

export interface Tools {
  readonly api: Api;
  /** The same server for drawing the plan again: equal questions are asked once. */
  readonly planning?: Api;
  readonly clock: Clock;
  readonly report: (event: DeployEvent) => void;
}

/**
 * Throws before anything is written: `wrong-target`, `refused`, `conflict` (the target moved since the plan, or the lock is held).
 * From the intent record on it always answers a result, and the record says the same.
 */
export async function applyPlan(given: Tools, plan: Plan, intent: DeployIntent, signal: AbortSignal): Promise<DeployResult> {
  const { clock } = given;
  const drawn = await drawPlan(given.planning ?? given.api, intent, signal);
  requireUnmoved(plan, drawn);
  const { namespace } = kubernetesTarget(intent.environment);
  if (drawn.createsNamespace) await createNamespace(given.api, namespace, intent.service.product, signal);
  const tools = bearing(given);
  const { api, report } = tools;
  report({ type: 'phase', phase: 'lock', message: `taking the lock on ${intent.service.name} in ${namespace}` });
  const lock = await takeLock(
    api,
    {
      namespace,
      service: intent.service,
      holder: intent.by,
      seconds: intent.service.rollout.progressDeadline + 180,
      keepRecords: intent.environment.keepRecords,
    },
    clock,
    signal,
  );
  const earlier = lock.records.map(endInterrupted);
  const pending = recordOf(intent, plan, (earlier[0]?.sequence ?? 0) + 1, clock);
  report({ type: 'phase', phase: 'record', message: `recording the intent as number ${pending.sequence}` });
  await lock.write([pending, ...earlier], false, signal);
  const result = await carryOut(tools, plan, drawn, namespace, signal);
  return close(lock, { ...pending, ended: clock.now().toISOString() }, earlier, result);
}

/** From the lock on, a restart of the API server is waited for: what has begun is to come to its end. */
function bearing({ api, clock, report }: Tools): Tools {
  let phase: Extract<DeployEvent, { type: 'phase' }>['phase'] = 'lock';
  const noted = (event: DeployEvent): void => {
    if (event.type === 'phase') phase = event.phase;
    report(event);
  };
  const told = (message: string): void => report({ type: 'phase', phase, message });
  return { api: patient(api, { clock, milliseconds: patience, told }), clock, report: noted };
}

function requireUnmoved(plan: Plan, drawn: Drawn): void {
  if (drawn.plan.refusals.length > 0) {
    throw fail('refused', drawn.plan.refusals.join(' '), 'Nothing was written. Remove the reasons and plan again.');
  }
  if (drawn.plan.hash === plan.hash) return;
  const moved = drawn.plan.changes.filter((change, index) => change.diff !== plan.changes[index]?.diff).map((change) => change.object);
  throw fail(
    'conflict',
    `The environment has changed since the plan was made${moved.length > 0 ? `: ${moved.join(', ')}` : ''}.`,
    'Nothing was written. Look at the new plan.',
  );
}

const endInterrupted = (record: DeploymentRecord): DeploymentRecord =>
  record.result === 'Pending' ? { ...record, result: 'Errored', message: 'Interrupted: its outcome was never recorded.' } : record;

function recordOf(intent: DeployIntent, plan: Plan, sequence: number, clock: Clock): DeploymentRecord {
  return {
    sequence,
    environment: intent.environment.name,
    service: intent.service.name,
    release: intent.release,
    alias: intent.alias,
    image: intent.image,
    tag: intent.tag,
    at: clock.now().toISOString(),
    by: intent.by,
    ...(intent.reason ? { reason: intent.reason } : {}),
    ...(intent.promotedFrom ? { promotedFrom: intent.promotedFrom } : {}),
    rollback: intent.rollback,
    result: 'Pending',
    message: 'Begun.',
    configHash: `sha256:${configHash(intent.service.config)}`,
    planHash: plan.hash,
    effective: intent.service,
  };
}

/** Never throws: whatever happens is an outcome. `state` tells, for the message, how far it came. */
async function carryOut(tools: Tools, plan: Plan, drawn: Drawn, namespace: string, signal: AbortSignal): Promise<DeployResult> {
  let state = 'Nothing was changed.';
  try {
    await verifyIdentity(tools.api, drawn.intent.environment, true, signal);
    const deployment = await applyAll(tools, plan, drawn, signal, (done) => {
      state = `Applied so far: ${done.join(', ')}.`;
    });
    state = 'All objects are applied; the cluster goes on with the rollout by itself.';
    tools.report({ type: 'phase', phase: 'rollout', message: `waiting until ${drawn.intent.service.name} is healthy` });
    const order = {
      namespace,
      service: drawn.intent.service.name,
      generation: deployment.metadata.generation ?? 0,
      progressDeadline: drawn.intent.service.rollout.progressDeadline,
    };
    const end = await awaitRollout(tools.api, order, tools.report, tools.clock, signal);
    return await judgeEnd(tools, drawn, namespace, end, signal);
  } catch (error) {
    if (signal.aborted || isCancelled(error)) return { outcome: 'Aborted', message: `Aborted. ${state}` };
    const advice = isWaybillError(error) ? ` ${error.advice}` : '';
    return { outcome: 'Errored', message: `${error instanceof Error ? error.message : String(error)}${advice} ${state}` };
  }
}

/** In order, stopping at the first error; answers the Deployment as it now stands. */
async function applyAll(
  tools: Tools,
  plan: Plan,
  drawn: Drawn,
  signal: AbortSignal,
  progress: (done: readonly string[]) => void,
): Promise<KubeObject> {
  const done: string[] = [];
  let deployment: KubeObject | undefined;
  for (const prediction of drawn.predictions) {
    const object = prediction.intent;
    const name = `${object.kind} ${object.metadata.name}`;
    tools.report({ type: 'phase', phase: 'apply', message: name });
    try {
      const { body } = await applyOne(tools, prediction, withTrace(object, drawn.intent, plan, tools.clock), signal);
      if (object.kind === 'Deployment') deployment = body;
    } catch (error) {
      if (statusOf(error) === 409) throw fail('conflict', refusalText(object, error), 'Plan again.', { cause: error });
      throw error;
    }
    done.push(name);
    progress(done);
  }
  if (!deployment) throw fail('internal', 'The plan holds no Deployment.', 'Report this.');
  return deployment;
}

/** On the change-over to an autoscaler a manager of its own holds the number of instances, as else it would be reset to 1. */
async function applyOne({ api }: Tools, { live, intent, force }: Prediction, object: KubeObject, signal: AbortSignal) {
  const changeover = live !== undefined && isChangeover(live, intent);
  if (changeover) await applyObject(api, replicasOnly(intent, live), { dryRun: false, force: false, manager: replicasManager }, signal);
  return applyObject(api, object, { dryRun: false, force }, signal);
}

/** Who deployed it and when: on the Deployment only, as on the template it would restart Pods for nothing. */
function withTrace(object: KubeObject, intent: DeployIntent, plan: Plan, clock: Clock): KubeObject {
  if (object.kind !== 'Deployment') return object;
  const trace = {
    'waybill.dev/deployed-by': intent.by,
    'waybill.dev/deployed-at': clock.now().toISOString(),
    'waybill.dev/plan-hash': plan.hash,
  };
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...trace } } };
}

async function judgeEnd(tools: Tools, drawn: Drawn, namespace: string, end: RolloutEnd, signal: AbortSignal): Promise<DeployResult> {
  const { service, image } = drawn.intent;
  if (end.state !== 'healthy') {
    const diagnosis = await diagnose(tools.api, namespace, end, signal);
    return { outcome: 'Failed', diagnosis, message: diagnosis.summary };
  }
  tools.report({ type: 'phase', phase: 'verify', message: `comparing what runs with ${image.digest}` });
  const main = (containers: RolloutEnd['pods'][number]['containers']) => containers.find((entry) => entry.name === service.name);
  // Asked anew: the watch of the Pods may be behind that of the Deployment.
  const hash = end.replicaSet?.metadata.labels?.['pod-template-hash'];
  const pods = (await listPods(tools.api, namespace, service.name, signal)).filter((pod) => !pod.deleting && pod.templateHash === hash);
  const others = pods
    .map((pod) => ({ pod: pod.name, digest: digestOf(main(pod.containers)?.imageID) }))
    .filter(({ digest }) => digest !== image.digest);
  if (others.length > 0) {
    const what = others.map(({ pod, digest }) => `${pod} runs ${digest ?? 'an image without a digest'}`).join(', ');
    return { outcome: 'Errored', message: `Not the image that was released: ${what}, asked for was ${image.digest}.` };
  }
  const count = pods.length;
  const wanted = service.auto ? count : service.replicas;
  const removed = await removeLeftovers(tools, drawn, namespace, signal);
  tools.report({ type: 'phase', phase: 'done', message: `${count} of ${wanted} instances are healthy` });
  return { outcome: 'Succeeded', message: `${count} of ${wanted} instances run ${image.digest}.${removed}` };
}

/** Last of all, and only after the rollout became healthy (S4). What could not be removed is told; the deployment stands. */
async function removeLeftovers(tools: Tools, drawn: Drawn, namespace: string, signal: AbortSignal): Promise<string> {
  if (drawn.pruned.length === 0) return '';
  tools.report({
    type: 'phase',
    phase: 'apply',
    message: `removing ${drawn.pruned.length} objects that are no longer part of the service`,
  });
  const { removed, kept } = await prune(tools.api, drawn.intent, namespace, drawn.pruned, signal);
  return `${removed.length > 0 ? ` Removed: ${removed.join(', ')}.` : ''}${kept.length > 0 ? ` Not removed: ${kept.join(', ')}.` : ''}`;
}

/** Writes the outcome and gives the lock back, also after an abort: hence a signal of its own. */
async function close(
  lock: Held,
  pending: DeploymentRecord,
  earlier: readonly DeploymentRecord[],
  result: DeployResult,
): Promise<DeployResult> {
  const message = result.diagnosis ? `${result.message} ${result.diagnosis.advice}` : result.message;
  const outcome: Outcome = result.outcome;
  try {
    await lock.write([{ ...pending, result: outcome, message }, ...earlier], true, AbortSignal.timeout(patience + 15_000));
    return result;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...result, message: `${result.message} The outcome could not be recorded: ${why}` };
  }
}
