/** Scale and restart on Docker hosts: the deployment that runs, carried out again with another number, or with new containers. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DeployEvent, DeployIntent, DeploymentRecord, DeployResult, Drift, OperationOrder, Workload } from '../ports.ts';
import { type ApplyTools, apply } from './apply.ts';
import { hashOf } from './hash.ts';
import { type Draft, draft, present } from './plan.ts';

type Report = (event: DeployEvent) => void;

export function intentOf(environment: EnvironmentSummary, record: DeploymentRecord, by: string): DeployIntent {
  const { effective: service, image, tag, release, alias, rollback } = record;
  return { environment, service, image, tag, release, alias, source: {}, by, rollback };
}

/** Undefined where nothing of the service was deployed. */
export async function workloadOf(
  tools: ApplyTools,
  environment: EnvironmentSummary,
  record: DeploymentRecord | undefined,
  signal: AbortSignal,
): Promise<Workload | undefined> {
  if (!record) return undefined;
  const drafted = await draft(tools.pool, intentOf(environment, record, record.by), signal);
  const running = owned(drafted).filter((container) => container.running);
  return {
    replicas: record.effective.replicas,
    ready: running.filter(({ inspected }) => !inspected.State.Health || inspected.State.Health.Status === 'healthy').length,
    paused: false,
    cannot: ['pause', 'resume'],
    version: versionOf(drafted, record),
  };
}

const owned = ({ surveys }: Draft) => surveys.flatMap((survey) => survey.owned);

/** Names what runs: another container, or another deployment, is another state. */
const versionOf = (drafted: Draft, { sequence }: DeploymentRecord): string =>
  hashOf({ sequence, containers: owned(drafted).map(({ id, running }) => ({ id, running })) });

/** Throws `refused` and `conflict` before anything is touched; afterwards every end is a result and a record. */
export async function operateOn(
  tools: ApplyTools,
  { environment, service, operation, by, version }: OperationOrder,
  record: DeploymentRecord | undefined,
  report: Report,
  signal: AbortSignal,
): Promise<DeployResult> {
  if (!record) throw fail('refused', `${service} was not deployed by Waybill in ${environment.name}.`, 'Deploy a release first.');
  if (operation.kind !== 'scale' && operation.kind !== 'restart') {
    throw fail('configuration', 'A service on Docker hosts cannot be paused.', 'Deploy it when its changes may come.');
  }
  const intent = intentOf(environment, record, by);
  const before = await draft(tools.pool, intent, signal);
  if (versionOf(before, record) !== version) {
    throw fail('conflict', `${service} has changed since it was looked at.`, 'Nothing was changed. Look again.');
  }
  const change =
    operation.kind === 'scale'
      ? {
          intent: {
            ...intent,
            service: { ...intent.service, replicas: operation.replicas },
            reason: `Scaled from ${record.effective.replicas} to ${operation.replicas}`,
          },
          operation: operation.kind,
        }
      : { intent: { ...intent, reason: 'Restarted' }, operation: operation.kind, renew: true };
  return await carriedOut(tools, change, report, signal);
}

/** What was deployed, in new containers: whatever was done to the old ones is gone with them. */
export async function reapplyDrift(
  tools: ApplyTools,
  { environment, drift, by }: { readonly environment: EnvironmentSummary; readonly drift: Drift; readonly by: string },
  report: Report,
  signal: AbortSignal,
): Promise<DeployResult> {
  const { record, service } = drift;
  if (!record) throw fail('refused', `${service} was not deployed by Waybill in ${environment.name}.`, 'Deploy a release first.');
  const intent = { ...intentOf(environment, record, by), reason: 'Set back to what was deployed' };
  return await carriedOut(tools, { intent, operation: 'reapply', renew: true }, report, signal);
}

interface Change {
  readonly intent: DeployIntent;
  readonly operation: NonNullable<DeploymentRecord['operation']>;
  readonly renew?: boolean;
}

async function carriedOut(tools: ApplyTools, change: Change, report: Report, signal: AbortSignal): Promise<DeployResult> {
  const drafted = await draft(tools.pool, change.intent, signal, change.renew === true);
  const plan = await present(drafted, tools.credentials, signal, change);
  return await apply(tools, plan, report, signal);
}
