import type { EffectiveAnswer, EffectiveService, EnvironmentSummary, ReleaseNames, ServiceSummary } from '../../../server/src/protocol.ts';
import { fail, isCancelled } from '../errors.ts';
import type { DeployIntent, DeployResult, Plan, Ports, ReleaseRecord } from '../ports.ts';
import { canonicalHash } from './canonicalJson.ts';
import { decided } from './choices.ts';
import { verifyRecorded } from './deployableImage.ts';
import type { Questions, Report } from './events.ts';
import { findEnvironment, findService, placeOf, recordFolder } from './find.ts';
import { eligibility, originGates, refuseUnmet } from './gates.ts';
import { withPinnedJdk } from './jdkImage.ts';
import { notify } from './notify.ts';
import type { PreparedDeployment } from './prepared.ts';
import { genuineReleases, pickRelease, sourceHistories } from './releases.ts';
import { verifyRecord } from './verify.ts';

export interface DeployInput {
  readonly service: string;
  readonly environment: string;
  /** Id, alias or tag. */
  readonly release: string;
  readonly reason?: string;
}

export type { PreparedDeployment } from './prepared.ts';

export interface Deployed {
  readonly plan: Plan;
  /** Absent when the person did not confirm: nothing was written. */
  readonly result?: DeployResult;
}

/** What deploying a release would do: gates, configuration, image and target are checked, nothing is written. */
export async function planRelease(ports: Ports, input: DeployInput, report: Report, signal: AbortSignal): Promise<PreparedDeployment> {
  report({ type: 'stage', stage: 'resolve', message: `resolving ${input.release} for ${input.environment}` });
  const model = await ports.documents.model(signal);
  const service = findService(model, input.service);
  const environment = findEnvironment(model, service, input.environment);
  const folder = recordFolder(model, service);
  const release = pickRelease(await genuineReleases(ports, folder, service.id), input.release);
  const histories = await sourceHistories(ports, model, service, environment, signal);
  const { unmet, promotedFrom } = eligibility(release, environment, histories, ports.clock.now());
  refuseUnmet(`Release \`${release.id}\` (${release.alias})`, environment, unmet);
  const configured = async (until: AbortSignal) => {
    const effective = await effectiveService(ports, service, environment, until, release);
    return { ...effective, service: await withPinnedJdk(ports.registry, effective.service, until) };
  };
  const effective = await configured(signal);
  const image = await verifyRecorded(ports.registry, release.identity.image, signal);
  const { repository, revision } = release.source;
  const intent: DeployIntent = {
    environment,
    service: effective.service,
    image,
    tag: release.tags[0] ?? '',
    release: release.id,
    alias: release.alias,
    source: { ...(repository ? { repository } : {}), ...(revision ? { revision } : {}) },
    by: await ports.identity.name(),
    ...(input.reason ? { reason: input.reason } : {}),
    ...(promotedFrom ? { promotedFrom } : {}),
    rollback: false,
  };
  const warnings = manifestMoved(release, effective.answer);
  const again = async (until: AbortSignal) => ({ ...intent, service: (await configured(until)).service });
  return planIntent(ports, { service, environment, folder, intent, warnings, again }, report, signal);
}

/** Deploys a release: plan → refusals → confirmation → apply → exported record. Throws `refused` when a gate or the plan forbids it. */
export async function deployRelease(
  ports: Ports,
  input: DeployInput,
  questions: Questions,
  report: Report,
  signal: AbortSignal,
): Promise<Deployed> {
  return applyPrepared(ports, await planRelease(ports, input, report, signal), questions, report, signal);
}

/** Plans an intent on its platform. */
export async function planIntent(
  ports: Ports,
  { warnings, ...known }: Omit<PreparedDeployment, 'platform' | 'plan'> & { readonly warnings: readonly string[] },
  report: Report,
  signal: AbortSignal,
): Promise<PreparedDeployment> {
  report({ type: 'stage', stage: 'plan', message: `planning ${known.service.name} in ${known.environment.name}` });
  const platform = ports.platforms.of(known.environment.target);
  const plan = await platform.plan(known.intent, signal);
  if (plan.image.digest !== known.intent.image.digest) {
    throw fail('internal', 'The plan names another image than the release.', 'Nothing was written. Report this with the plan.');
  }
  const elsewhere = originGates(known.environment, ports.identity).map(({ message, remedy }) => `${message}: ${remedy}.`);
  const refusals = [...elsewhere, ...plan.refusals];
  return { ...known, platform, notes: warnings, plan: { ...plan, refusals, warnings: [...warnings, ...plan.warnings] } };
}

/** From a plan to its outcome. */
export async function applyPrepared(
  ports: Ports,
  given: PreparedDeployment,
  questions: Questions,
  report: Report,
  signal: AbortSignal,
): Promise<Deployed> {
  if (originGates(given.environment, ports.identity).length > 0) report({ type: 'plan', plan: given.plan });
  refuseUnmet(`Release \`${given.plan.release}\``, given.environment, originGates(given.environment, ports.identity));
  const prepared = await decided(given, questions, report, signal);
  const { plan, environment, platform } = prepared;
  report({ type: 'plan', plan });
  if (plan.refusals.length > 0) {
    throw fail(
      'refused',
      `The plan for \`${environment.name}\` may not be applied: ${plan.refusals.join('; ')}`,
      'Remove the causes and plan again.',
    );
  }
  report({ type: 'stage', stage: 'confirm', message: 'the plan waits for your answer' });
  if (!(await confirmed(plan, environment, questions))) return { plan };
  signal.throwIfAborted();
  report({ type: 'stage', stage: 'deploy', message: `deploying ${plan.release} to ${environment.name}` });
  const began = ports.clock.now();
  try {
    const applied = await platform.apply(plan, (event) => report({ type: 'deploy', event }), signal);
    const result = applied.outcome === 'Succeeded' ? await verified(ports, prepared, applied, report, signal) : applied;
    await note(ports, prepared, result, began, report);
    await notify(ports, prepared.intent, result, report, AbortSignal.timeout(15_000));
    return { plan, result };
  } catch (error) {
    const outcome = isCancelled(error) || signal.aborted ? 'Aborted' : 'Errored';
    const result = { outcome, message: error instanceof Error ? error.message : String(error) } as const;
    await note(ports, prepared, result, began, report);
    await notify(ports, prepared.intent, result, report, AbortSignal.timeout(15_000));
    throw error;
  }
}

/** Asks for the confirmation that an environment wants. Throws `refused` on a wrong name. */
export async function confirmed(plan: Plan, environment: EnvironmentSummary, questions: Questions): Promise<boolean> {
  if (!(await questions.confirm(plan))) return false;
  if (environment.protected.confirm !== 'type-name' && !plan.typed) return true;
  const typed = await questions.typeName(plan, environment.name);
  if (typed === undefined) return false;
  if (typed === environment.name) return true;
  throw fail('refused', `\`${typed}\` is not the name of the environment.`, `Type \`${environment.name}\` to deploy there.`);
}

/** Runs the checks where the environment wants them after every deployment. What keeps them from running is told, and proves nothing. */
async function verified(
  ports: Ports,
  { service, environment, platform, intent }: PreparedDeployment,
  result: DeployResult,
  report: Report,
  signal: AbortSignal,
): Promise<DeployResult> {
  if (!environment.verifyOnDeploy || !intent.service.verify) return result;
  try {
    const record = (await platform.history(environment, service.name, signal)).find(({ operation }) => operation === undefined);
    if (record?.release !== intent.release) return result;
    return { ...result, verification: await verifyRecord(ports, { service, environment, platform, record }, report, signal) };
  } catch (error) {
    signal.throwIfAborted();
    report({ type: 'warning', message: `The checks were not run: ${error instanceof Error ? error.message : error}` });
    return result;
  }
}

/** The exported copy in the release's file. The target's own record is the authority, so trouble here is a warning. */
async function note(
  ports: Ports,
  { folder, service, intent, environment }: PreparedDeployment,
  { outcome, verification }: DeployResult,
  began: Date,
  report: Report,
): Promise<void> {
  const { by, promotedFrom, reason, rollback } = intent;
  const deployment = {
    environment: environment.name,
    at: began.toISOString(),
    by,
    ...(promotedFrom ? { promotedFrom } : {}),
    result: outcome,
    seconds: Math.round((ports.clock.now().getTime() - began.getTime()) / 100) / 10,
    ...(rollback ? { rollback } : {}),
    ...(reason ? { reason } : {}),
    ...(verification?.passed ? { verified: verification.at } : {}),
  };
  try {
    await ports.records.noteDeployment(folder, service.id, intent.release, deployment);
  } catch (error) {
    report({
      type: 'warning',
      message: `The release's file was not brought up to date: ${error instanceof Error ? error.message : error}`,
    });
  }
}

/** The effective configuration (of the recorded manifest of a release, if one is given), or `configuration` with the first error and its place. */
export async function effectiveService(
  ports: Ports,
  service: ServiceSummary,
  environment: EnvironmentSummary,
  signal: AbortSignal,
  release?: ReleaseRecord,
): Promise<{ readonly service: EffectiveService; readonly answer: EffectiveAnswer }> {
  const answer = await ports.documents.effective(service.id, environment.name, signal, release?.manifest, release && namesOf(release));
  const problem = answer.problems.find(({ severity }) => severity === 'error');
  if (answer.service && !problem) return { service: answer.service, answer };
  const why = problem?.message ?? 'the manifest is not complete.';
  throw fail('configuration', `\`${service.id}\` cannot be deployed to \`${environment.name}\`: ${why}`, 'Correct the marked line.', {
    at: problem && placeOf(problem),
  });
}

/** What its manifest may say of a release. */
function namesOf({ id, alias, identity, tags: [tag] }: ReleaseRecord): ReleaseNames {
  return { id, alias, digest: identity.image.digest, ...(tag ? { tag } : {}) };
}

/** Where the recorded manifest could not be used, the plan says so: nobody deploys another configuration unknowingly. */
function manifestMoved(release: ReleaseRecord, answer: EffectiveAnswer): readonly string[] {
  if (release.identity.manifestHash === `sha256:${canonicalHash(answer.manifest)}`) return [];
  return [`waybill.yaml has changed since ${release.id} was made: its present configuration is deployed with the recorded image.`];
}
