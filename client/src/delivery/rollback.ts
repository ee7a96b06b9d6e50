import type { EnvironmentSummary, ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DeployIntent, DeploymentRecord, Ports } from '../ports.ts';
import { applyPrepared, type Deployed, type PreparedDeployment, planIntent } from './deploy.ts';
import { verifyRecorded } from './deployableImage.ts';
import type { Questions, Report } from './events.ts';
import { findEnvironment, findService, recordFolder } from './find.ts';
import { refuseUnmet, rollbackGates } from './gates.ts';

export interface RollbackInput {
  readonly service: string;
  readonly environment: string;
  /** Release id, alias, tag or sequence of a deployment that succeeded; absent: the newest before the present one. */
  readonly to?: string;
  readonly reason?: string;
}

/**
 * The deployments that can be gone back to, best first. `history` is newest first. After a rollback, "before" means before the
 * deployment that was returned to, so that going back twice goes further back instead of to and fro.
 */
export function rollbackTargets(history: readonly DeploymentRecord[]): readonly DeploymentRecord[] {
  const [current] = history;
  if (!current) return [];
  const origin = current.rollback ? history.findIndex((record) => !record.rollback && sameRelease(record, current)) : 0;
  const older = history.slice(Math.max(origin, 0) + 1);
  const seen: DeploymentRecord[] = [current];
  const targets: DeploymentRecord[] = [];
  for (const record of older) {
    // What was done with a deployment is none of its own.
    if (record.result !== 'Succeeded' || record.operation !== undefined || seen.some((other) => same(other, record))) continue;
    seen.push(record);
    targets.push(record);
  }
  return targets;
}

/** Deployments that `rollBack` can be asked for, best first. */
export async function rollbackChoices(
  ports: Ports,
  input: { readonly service: string; readonly environment: string },
  signal: AbortSignal,
): Promise<readonly DeploymentRecord[]> {
  const { service, environment } = resolve(await ports.documents.model(signal), input);
  return rollbackTargets(await ports.platforms.of(environment.target).history(environment, service.name, signal));
}

/** What going back would do; nothing is written. The recorded release and its recorded configuration are planned together. */
export async function planRollback(ports: Ports, input: RollbackInput, report: Report, signal: AbortSignal): Promise<PreparedDeployment> {
  report({ type: 'stage', stage: 'resolve', message: `reading the history of ${input.service} in ${input.environment}` });
  const model = await ports.documents.model(signal);
  const { service, environment } = resolve(model, input);
  refuseUnmet('A rollback', environment, rollbackGates(environment, ports.clock.now()));
  const history = await ports.platforms.of(environment.target).history(environment, service.name, signal);
  const target = chooseTarget(history, input, service, environment);
  const image = await verifyRecorded(ports.registry, target.image, signal);
  const intent: DeployIntent = {
    environment,
    service: target.effective,
    image,
    tag: target.tag,
    release: target.release,
    alias: target.alias,
    source: {},
    by: await ports.identity.name(),
    ...(input.reason ? { reason: input.reason } : {}),
    ...(target.promotedFrom ? { promotedFrom: target.promotedFrom } : {}),
    rollback: true,
  };
  return planIntent(ports, { service, environment, folder: recordFolder(model, service), intent, warnings: [] }, report, signal);
}

/** Goes back to an earlier deployment of this environment: plan → confirmation → apply. */
export async function rollBack(
  ports: Ports,
  input: RollbackInput,
  questions: Questions,
  report: Report,
  signal: AbortSignal,
): Promise<Deployed> {
  return applyPrepared(ports, await planRollback(ports, input, report, signal), questions, report, signal);
}

function chooseTarget(
  history: readonly DeploymentRecord[],
  { to }: RollbackInput,
  service: ServiceSummary,
  environment: EnvironmentSummary,
): DeploymentRecord {
  const where = `\`${service.name}\` in \`${environment.name}\``;
  const targets = rollbackTargets(history);
  if (to === undefined) {
    const [best] = targets;
    if (best) return best;
    const advice = 'Deploy an older release by `Deploy…` (`waybill deploy`), if there is one.';
    throw fail('refused', `There is nothing to roll back to: no earlier deployment of ${where} succeeded.`, advice);
  }
  const named = history.find(
    (record) => record.result === 'Succeeded' && [record.release, record.alias, record.tag, String(record.sequence)].includes(to),
  );
  if (named) return named;
  const known = targets.map((record) => `\`${record.release}\` (${record.alias})`).join(', ');
  throw fail(
    'configuration',
    `\`${to}\` never succeeded as ${where}.`,
    known ? `Possible: ${known}.` : 'There is nothing to roll back to.',
  );
}

function same(a: DeploymentRecord, b: DeploymentRecord): boolean {
  return sameRelease(a, b) && a.configHash === b.configHash;
}

function sameRelease(a: DeploymentRecord, b: DeploymentRecord): boolean {
  return a.release === b.release && a.image.digest === b.image.digest;
}

function resolve(model: WorkspaceModel, input: { readonly service: string; readonly environment: string }) {
  const service = findService(model, input.service);
  return { service, environment: findEnvironment(model, service, input.environment) };
}
