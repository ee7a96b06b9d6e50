/** Services on Docker hosts, the way Compose runs them, through the Engine API: the platform of kind `compose`. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Clock, Credentials, DeploymentRecord, Platform, Secrets } from '../ports.ts';
import { apply } from './apply.ts';
import { driftOf } from './drift.ts';
import { execInContainer } from './exec.ts';
import { checkIdentities, composeEnvironment, type HostPool, hostPool, identifyHost, identityLine } from './hosts.ts';
import { serviceLogs } from './logs.ts';
import { observeEnvironment } from './observe.ts';
import { operateOn, reapplyDrift, workloadOf } from './operate.ts';
import { draft, newestBook, present } from './plan.ts';
import { composePreview } from './preview.ts';
import { readBook } from './recordStore.ts';
import { bookKey } from './records.ts';
import { askContainer, noteVerification } from './verification.ts';
import { runContainer } from './verificationRun.ts';

export interface ComposePorts {
  readonly credentials: Credentials;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** Opens nothing before the first call; `close` ends all connections. */
export function composePlatform(ports: ComposePorts): Platform {
  const pool = hostPool(ports.secrets);
  const succeeded = async (environment: EnvironmentSummary, service: string, signal: AbortSignal) =>
    (await history(pool, environment, service, signal)).filter(({ result }) => result === 'Succeeded');
  const running = async (...of: Parameters<typeof succeeded>) => (await succeeded(...of))[0];
  const deployed = async (...of: Parameters<typeof succeeded>) => (await succeeded(...of)).find(({ operation }) => operation === undefined);
  return {
    kind: 'compose',
    identify: (environment, signal) => identify(pool, environment, signal),
    plan: async (intent, signal) => await present(await draft(pool, intent, signal), ports.credentials, signal),
    apply: (plan, report, signal) => apply({ pool, ...ports }, plan, report, signal),
    observe: (environment, signal) => observeEnvironment(pool, ports.clock, environment, composeEnvironment(environment).target, signal),
    logs: (environment, query, signal) =>
      serviceLogs(pool, ports.clock, environment, composeEnvironment(environment).target, query, signal),
    history: (environment, service, signal) => history(pool, environment, service, signal),
    generate: async (intent) => [
      {
        path: `${intent.service.name}.compose.yml`,
        text: composePreview({ ...intent, target: composeEnvironment(intent.environment).target }),
      },
    ],
    askHttp: (environment, service, request, signal) => askContainer(pool, environment, service, request, signal),
    exec: (environment, order, signal) => execInContainer(pool, environment, order, signal),
    workload: async (environment, service, signal) =>
      workloadOf({ pool, ...ports }, environment, await running(environment, service, signal), signal),
    operate: async (order, report, signal) =>
      operateOn({ pool, ...ports }, order, await running(order.environment, order.service, signal), report, signal),
    drift: async (environment, service, signal) =>
      driftOf(pool, environment, service, await deployed(environment, service, signal), signal),
    reapply: (order, report, signal) => reapplyDrift({ pool, ...ports }, order, report, signal),
    runJob: (order, signal) => runContainer({ pool, ...ports }, order, signal),
    noteVerification: (environment, service, sequence, verification, signal) =>
      noteVerification(pool, environment, service, sequence, verification, signal),
    close: () => pool.close(),
  };
}

async function identify(pool: HostPool, environment: EnvironmentSummary, signal: AbortSignal): Promise<readonly string[]> {
  const { target } = composeEnvironment(environment);
  const identities = await Promise.all(target.hosts.map((host) => identifyHost(pool.of(host), signal)));
  checkIdentities(identities, undefined);
  return [`compose project ${target.project}`, ...identities.map(identityLine)];
}

/** From the newest records of the hosts that can be reached; throws `unreachable` when none can. */
async function history(
  pool: HostPool,
  environment: EnvironmentSummary,
  service: string,
  signal: AbortSignal,
): Promise<readonly DeploymentRecord[]> {
  const { target } = composeEnvironment(environment);
  const stored = await Promise.allSettled(target.hosts.map((host) => readBook(pool.of(host), target.project, signal)));
  const books = stored.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.book] : []));
  const failure = stored.find((outcome) => outcome.status === 'rejected');
  if (books.length === 0 && failure) throw failure.reason;
  if (books.length === 0) throw fail('configuration', `Environment ${environment.name} names no hosts.`, 'Add compose.hosts.');
  return newestBook(books).services[bookKey(environment.name, environment.product, service)] ?? [];
}
