/** Changes of what runs that are no deployment: under the lock, recorded before and after, watched until the service is healthy. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail, isCancelled, isWaybillError } from '../errors.ts';
import type { Clock, DeployEvent, DeploymentRecord, DeployResult } from '../ports.ts';
import { diagnose } from './diagnosis.ts';
import { kubernetesTarget } from './identity.ts';
import { pathOf } from './names.ts';
import { type Held, readParent, takeLock } from './parent.ts';
import { recordsOf } from './records.ts';
import { type Api, absent } from './request.ts';
import { awaitRollout } from './rollout.ts';
import type { DeploymentObject } from './types.ts';

const closing = 15_000;

export interface OperationTools {
  readonly api: Api;
  readonly clock: Clock;
  readonly report: (event: DeployEvent) => void;
}

export async function lastDeployment(api: Api, namespace: string, service: string, signal: AbortSignal): Promise<DeploymentRecord> {
  const records = recordsOf((await readParent(api, namespace, service, signal))?.data);
  const last = records.find(({ result, operation }) => operation === undefined && (result === 'Succeeded' || result === 'Failed'));
  if (last) return last;
  throw fail(
    'refused',
    `${service} was not deployed by Waybill in ${namespace}.`,
    'Deploy a release first; what others deployed is theirs.',
  );
}

export interface RecordedOrder {
  readonly environment: EnvironmentSummary;
  readonly last: DeploymentRecord;
  readonly by: string;
  readonly operation: NonNullable<DeploymentRecord['operation']>;
  readonly reason: string;
}

/** Lock, intent record, work, outcome record. */
export async function recorded(
  { api, clock, report }: OperationTools,
  { environment, last, by, operation, reason }: RecordedOrder,
  signal: AbortSignal,
  work: () => Promise<DeployResult>,
): Promise<DeployResult> {
  const { namespace } = kubernetesTarget(environment);
  const seconds = last.effective.rollout.progressDeadline + 180;
  const order = { namespace, service: last.effective, holder: by, seconds, keepRecords: environment.keepRecords };
  report({ type: 'phase', phase: 'lock', message: `taking the lock on ${last.service} in ${namespace}` });
  const lock = await takeLock(api, order, clock, signal);
  const { verification: _, ended: __, promotedFrom: ___, ...base } = last;
  const pending: DeploymentRecord = {
    ...base,
    sequence: (lock.records[0]?.sequence ?? 0) + 1,
    at: clock.now().toISOString(),
    by,
    reason,
    operation,
    rollback: false,
    result: 'Pending',
    message: 'Begun.',
  };
  await lock.write([pending, ...lock.records], false, signal);
  const result = await ended(work, signal);
  await close(lock, { ...pending, result: result.outcome, message: result.message, ended: clock.now().toISOString() }, lock.records);
  return result;
}

async function ended(work: () => Promise<DeployResult>, signal: AbortSignal): Promise<DeployResult> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (signal.aborted || isCancelled(error)) return { outcome: 'Aborted', message: 'Stopped waiting; the cluster goes on by itself.' };
    return { outcome: 'Errored', message: isWaybillError(error) ? `${message} ${error.advice}` : message };
  }
}

async function close(lock: Held, record: DeploymentRecord, earlier: readonly DeploymentRecord[]): Promise<void> {
  await lock.write([record, ...earlier], true, AbortSignal.timeout(closing));
}

export async function awaitHealthy(
  { api, clock, report }: OperationTools,
  namespace: string,
  last: DeploymentRecord,
  changed: DeploymentObject,
  signal: AbortSignal,
): Promise<DeployResult> {
  const { service } = last;
  report({ type: 'phase', phase: 'rollout', message: `waiting until ${service} is healthy` });
  const { progressDeadline } = last.effective.rollout;
  const order = { namespace, service, generation: changed.metadata.generation ?? 0, progressDeadline };
  const end = await awaitRollout(api, order, report, clock, signal);
  const wanted = end.deployment?.spec.replicas ?? 0;
  if (end.state === 'healthy') {
    report({ type: 'phase', phase: 'done', message: `${wanted} instances of ${service} are healthy` });
    return { outcome: 'Succeeded', message: `${wanted} ${wanted === 1 ? 'instance' : 'instances'} of ${service} run ${last.alias}.` };
  }
  const diagnosis = await diagnose(api, namespace, end, signal);
  return { outcome: 'Failed', diagnosis, message: diagnosis.summary };
}

export async function readDeployment(
  api: Api,
  namespace: string,
  service: string,
  signal: AbortSignal,
): Promise<DeploymentObject | undefined> {
  return (await absent(api.send<DeploymentObject>({ path: pathOf('apps/v1', 'Deployment', namespace, service) }, signal)))?.body;
}
