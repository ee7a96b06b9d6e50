/** The state of an environment made from what its hosts report. Pure. */
import type { DeploymentRecord, EnvironmentState, Health, InstanceState, ServiceState } from '../ports.ts';
import type { InspectedContainer } from './containers.ts';
import { phaseOf, reasonOf } from './health.ts';
import { Label } from './labels.ts';
import { bookKey, type RecordBook } from './records.ts';

export interface SeenContainer {
  readonly host: string;
  readonly name: string;
  readonly service: string;
  readonly inspected: InspectedContainer;
  /** Digest under which its image is known on the host. */
  readonly digest?: string;
}

export interface HostView {
  readonly host: string;
  /** Set when the host cannot be reached; what was seen last is kept. */
  readonly problem?: string;
  readonly containers: readonly SeenContainer[];
  readonly book: RecordBook;
}

export function environmentState(
  environment: { readonly name: string; readonly product: string },
  hosts: readonly HostView[],
): EnvironmentState {
  const book = hosts.reduce<RecordBook | undefined>(
    (best, host) => (!best || host.book.revision > best.revision ? host.book : best),
    undefined,
  );
  const prefix = bookKey(environment.name, environment.product, '');
  const recorded = Object.keys(book?.services ?? {}).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  const running = hosts.flatMap((host) => host.containers.map((container) => container.service));
  const names = [...new Set([...recorded, ...running])].sort();
  const services = names.map((service) => serviceState(service, hosts, book?.services[`${prefix}${service}`] ?? []));
  return { environment: environment.name, services };
}

function serviceState(service: string, hosts: readonly HostView[], records: readonly DeploymentRecord[]): ServiceState {
  const seen = hosts.flatMap((host) =>
    host.containers
      .filter((container) => container.service === service && !isSetAside(container))
      .map((container) => ({ container, lost: host.problem })),
  );
  const instances = seen
    .map(({ container, lost }) => instanceState(container, lost))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const inForce = records.find((record) => record.result === 'Succeeded' || record.result === 'Pending') ?? records[0];
  const wanted = inForce?.effective.replicas ?? instances.length;
  const ready = instances.filter((instance) => instance.ready).length;
  const newest = newestOf(seen.map(({ container }) => container));
  const labels = newest?.inspected.Config.Labels ?? {};
  const problems = hosts.flatMap((host) => (host.problem === undefined ? [] : [host.problem]));
  const message = problems[0] ?? records[0]?.message;
  return {
    service,
    health: healthOf(ready, wanted, instances, problems.length > 0),
    ready,
    wanted,
    ...(labels[Label.release] ? { release: labels[Label.release] } : {}),
    ...(labels[Label.alias] ? { alias: labels[Label.alias] } : {}),
    ...(labels[Label.tag] ? { tag: labels[Label.tag] } : {}),
    ...(newest?.digest === undefined ? {} : { digest: newest.digest }),
    ...(message === undefined ? {} : { message }),
    instances,
  };
}

/** Stopped by a deployment and kept until it is finished. */
function isSetAside({ inspected }: SeenContainer): boolean {
  return !inspected.State.Running && !inspected.State.Restarting && inspected.HostConfig.RestartPolicy.Name === 'no';
}

/** The one that speaks for the service: ready ones first, then the newest deployment. */
function newestOf(containers: readonly SeenContainer[]): SeenContainer | undefined {
  const rank = (container: SeenContainer): number =>
    Number(container.inspected.Config.Labels?.[Label.sequence] ?? 0) + (phaseOf(container.inspected) === 'Ready' ? 1e9 : 0);
  return containers.reduce<SeenContainer | undefined>((best, one) => (!best || rank(one) > rank(best) ? one : best), undefined);
}

function instanceState(container: SeenContainer, lost: string | undefined): InstanceState {
  const { inspected } = container;
  const phase = lost === undefined ? phaseOf(inspected) : 'Unknown';
  const reason = lost ?? reasonOf(inspected);
  return {
    id: `${container.host}/${inspected.Id}`,
    name: container.name,
    phase,
    ready: phase === 'Ready',
    restarts: inspected.RestartCount,
    since: inspected.State.Running ? inspected.State.StartedAt : inspected.State.FinishedAt,
    where: container.host,
    ...(container.digest === undefined ? {} : { digest: container.digest }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function healthOf(ready: number, wanted: number, instances: readonly InstanceState[], unsure: boolean): Health {
  if (unsure) return 'Unknown';
  if (wanted === 0) return 'Suspended';
  if (ready >= wanted) return 'Healthy';
  if (instances.length === 0) return 'Missing';
  const moving = instances.some((instance) => instance.phase === 'Starting' || instance.phase === 'Pending');
  const broken = instances.some((instance) => ['CrashLoop', 'OOMKilled', 'Stopped', 'Running'].includes(instance.phase));
  return moving && !broken ? 'Progressing' : 'Degraded';
}
