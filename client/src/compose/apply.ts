/** Carries out a plan: lock, intent record, pull, rollout, proof, outcome record. */
import type { DockerConnection } from '../docker/connection.ts';
import { fail, isCancelled, isWaybillError } from '../errors.ts';
import type { Clock, Credentials, DeployEvent, DeploymentRecord, DeployResult, Plan, Secrets } from '../ports.ts';
import { bookkeepingImages, intentRecord, nextSequence, saveRecord } from './bookkeeping.ts';
import { networkOf } from './containerSpec.ts';
import { inspectContainer, orMissing } from './containers.ts';
import { diagnosisOf, failDiagnosed } from './diagnosis.ts';
import { finish } from './finish.ts';
import { checkIdentities, type HostPool } from './hosts.ts';
import { digestOf, imageFault, pullImage } from './images.ts';
import { Label } from './labels.ts';
import { type LockPlace, takeLock } from './lock.ts';
import { type ComposeToken, type Draft, draft, isComposeToken } from './plan.ts';
import { type Rollout, type RolloutTools, rollout } from './rollout.ts';
import { deliverSecrets } from './secretDelivery.ts';

export interface ApplyTools {
  readonly pool: HostPool;
  readonly credentials: Credentials;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

type Report = (event: DeployEvent) => void;

/** Time for putting things right after a cancellation or a failure. */
const undoMilliseconds = 120_000;

/**
 * Applies exactly what the plan showed. Throws before anything is touched (`refused`, `wrong-target`, `conflict`, `unreachable`);
 * afterwards every end is a result, and a record says which.
 */
export async function apply(tools: ApplyTools, plan: Plan, report: Report, signal: AbortSignal): Promise<DeployResult> {
  const { token } = plan;
  if (!isComposeToken(token)) throw fail('internal', 'This plan was not made for Docker hosts.', 'Make the plan again.');
  if (plan.refusals.length > 0) throw fail('refused', plan.refusals.join(' '), 'Mend this, then make the plan again.');
  const first = await agreed(tools, plan, token, signal);
  let places: readonly LockPlace[];
  try {
    places = await standOn(tools, first, report, signal);
  } catch (error) {
    // Nothing was touched yet: an image that cannot be had is the release's failure, everything else is thrown.
    const diagnosis = diagnosisOf(error);
    if (!diagnosis) throw error;
    return { outcome: 'Failed', diagnosis, message: diagnosis.summary };
  }
  const { intent } = token;
  report({ type: 'phase', phase: 'lock', message: `Locking project ${first.target.project}.` });
  const wish = {
    project: first.target.project,
    holder: intent.by,
    purpose: `${intent.service.name} ${intent.alias}`,
    seconds: lockSeconds(first),
  };
  const lock = await takeLock(places, wish, signal);
  try {
    for (const note of lock.notes) report({ type: 'phase', phase: 'lock', message: note });
    const drafted = await agreed(tools, plan, token, signal);
    return await recorded(tools, drafted, places, plan, report, signal);
  } finally {
    await lock.release(AbortSignal.timeout(20_000)).catch(() => undefined);
  }
}

/** The plan computed again: same daemons (S2), same state, same result (S11). */
async function agreed(tools: ApplyTools, plan: Plan, token: ComposeToken, signal: AbortSignal): Promise<Draft> {
  const drafted = await draft(tools.pool, token.intent, signal, token.renew === true);
  checkIdentities(
    drafted.surveys.map((survey) => survey.identity),
    token.identities,
  );
  if (drafted.hash !== plan.hash) {
    throw fail('conflict', 'The hosts have changed since the plan was made.', 'Make the plan again and look at it.');
  }
  return drafted;
}

/** Bookkeeping needs an image on each host; where there is none yet, the release's own is pulled, which touches nothing. */
async function standOn(tools: ApplyTools, drafted: Draft, report: Report, signal: AbortSignal): Promise<readonly LockPlace[]> {
  const found = await bookkeepingImages(drafted, signal);
  if (found.every((place) => place.image !== undefined))
    return found.flatMap(({ connection, image }) => (image === undefined ? [] : [{ connection, image }]));
  await pullAll(tools, drafted, report, signal);
  return (await bookkeepingImages(drafted, signal)).flatMap(({ connection, image }) =>
    image === undefined ? [] : [{ connection, image }],
  );
}

function lockSeconds(drafted: Draft): number {
  const { rollout: wish, lifecycle } = drafted.intent.service;
  const batches = Math.ceil(drafted.slotPlan.slots.length / Math.max(1, wish.batch));
  return batches * (wish.progressDeadline + wish.interval + lifecycle.preStopSleep + lifecycle.stopGracePeriod) + 600;
}

async function recorded(
  tools: ApplyTools,
  drafted: Draft,
  places: readonly LockPlace[],
  { hash, token }: Plan,
  report: Report,
  signal: AbortSignal,
): Promise<DeployResult> {
  const sequence = nextSequence(drafted);
  const operation = isComposeToken(token) && token.operation ? { operation: token.operation } : {};
  const record = { ...intentRecord(drafted, sequence, hash, tools.clock.now()), ...operation };
  report({ type: 'phase', phase: 'record', message: `Recording deployment ${sequence}.` });
  await saveRecord(drafted, places, record, signal);
  const result = await carryOut(tools, drafted, sequence, report, signal);
  const outcome: DeploymentRecord = {
    ...record,
    result: result.outcome,
    message: result.message,
    ended: tools.clock.now().toISOString(),
  };
  try {
    await saveRecord(drafted, places, outcome, AbortSignal.timeout(20_000));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...result, message: `${result.message} The outcome was not recorded on every host: ${why}` };
  }
  report({ type: 'phase', phase: 'done', message: result.message });
  return result;
}

async function carryOut(tools: ApplyTools, drafted: Draft, sequence: number, report: Report, signal: AbortSignal): Promise<DeployResult> {
  let work: Rollout | undefined;
  try {
    await pullAll(tools, drafted, report, signal);
    for (const survey of drafted.surveys) await ensureNetwork(drafted, survey.connection, signal);
    const source = await deliverSecrets(tools.secrets, drafted, sequence, signal);
    const rolloutTools: RolloutTools = {
      drafted,
      sequence,
      clock: tools.clock,
      report,
      ...(source === undefined ? {} : { secretsSource: source }),
    };
    work = rollout(rolloutTools);
    await work.run(signal);
    report({ type: 'phase', phase: 'verify', message: 'Comparing the digests that run with the release.' });
    await verify(drafted, work, signal);
    return await succeeded(rolloutTools, work);
  } catch (error) {
    const problems = work ? await work.undo(AbortSignal.timeout(undoMilliseconds)) : [];
    return failure(error, problems, signal);
  }
}

/** The release runs and is proven; tidying up cannot make it fail any more, nor be cancelled. */
async function succeeded(tools: RolloutTools, work: Rollout): Promise<DeployResult> {
  const { intent, slotPlan } = tools.drafted;
  const count = slotPlan.slots.length;
  const message = `${intent.service.name} ${intent.alias} runs: ${count} of ${count} ready.`;
  try {
    await finish(tools, work, AbortSignal.timeout(undoMilliseconds));
    return { outcome: 'Succeeded', message };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { outcome: 'Succeeded', message: `${message} Old containers were left behind: ${why}` };
  }
}

function failure(error: unknown, problems: readonly string[], signal: AbortSignal): DeployResult {
  const after = problems.length === 0 ? 'What ran before runs again.' : `Not everything could be put back: ${problems.join('; ')}`;
  if (signal.aborted || isCancelled(error)) return { outcome: 'Aborted', message: `Cancelled. ${after}` };
  const diagnosis = diagnosisOf(error);
  if (diagnosis) return { outcome: 'Failed', diagnosis, message: `${diagnosis.summary} ${after}` };
  const advice = isWaybillError(error) ? ` ${error.advice}` : '';
  return { outcome: 'Errored', message: `${error instanceof Error ? error.message : String(error)}${advice} ${after}` };
}

/** By digest, on all hosts, before anything is touched. */
async function pullAll(tools: ApplyTools, drafted: Draft, report: Report, signal: AbortSignal): Promise<void> {
  const { image } = drafted.intent;
  await Promise.all(
    drafted.surveys.map(async ({ connection }) => {
      report({
        type: 'phase',
        phase: 'pull',
        message: `Pulling ${image.repository}@${image.digest.slice(0, 19)} on ${connection.host.name}.`,
      });
      try {
        await pullImage(connection, image, tools.credentials, signal);
      } catch (error) {
        if (!isWaybillError(error) || error.waybill !== 'rejected') throw error;
        const { kind } = imageFault(image, connection.host.name, error.message);
        throw failDiagnosed({
          kind,
          summary: error.message,
          evidence: [],
          advice: error.advice,
          log: [],
          manifestPath: 'image.repository',
        });
      }
    }),
  );
}

/** The project's network, with the labels by which Compose knows it. */
async function ensureNetwork(drafted: Draft, connection: DockerConnection, signal: AbortSignal): Promise<void> {
  if (drafted.spec.network === 'host') return;
  const name = networkOf(drafted.target.project);
  const there = await orMissing(connection.json('GET', `/networks/${encodeURIComponent(name)}`, {}, signal));
  if (there) return;
  const body = {
    Name: name,
    Driver: 'bridge',
    CheckDuplicate: true,
    Labels: { [Label.project]: drafted.target.project, [Label.network]: 'default', [Label.environment]: drafted.owner.environment },
  };
  await connection.json('POST', '/networks/create', { body, seconds: 60 }, signal);
}

/** What runs is what was meant, by digest (S9, S23). */
async function verify(drafted: Draft, work: Rollout, signal: AbortSignal): Promise<void> {
  const { image } = drafted.intent;
  for (const { connection, id, name } of work.progress.created) {
    const inspected = await inspectContainer(connection, id, signal);
    const digest = inspected ? await digestOf(connection, inspected.Image, image.repository, signal) : undefined;
    if (digest !== image.digest) {
      throw fail(
        'rejected',
        `${name} on ${connection.host.name} runs ${digest ?? 'an unknown image'} instead of ${image.digest}.`,
        'Find out who changes images on that host.',
      );
    }
  }
}
