/** Platforms: Kubernetes, compose hosts, and what other extensions register. */
import type { EnvironmentSummary, Target } from '../../../server/src/protocol.ts';
import type { DeployEvent, DeployIntent, DeploymentRecord, DeployResult, Health, Plan } from './deployment.ts';
import type { PlatformOperations } from './operations.ts';

export interface InstanceState {
  readonly id: string;
  readonly name: string;
  /** One of the container lifecycle: Pending, Pulling, Starting, Running, Ready, Draining, Stopped, CrashLoop, OOMKilled. */
  readonly phase: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly since?: string;
  /** Node or host. */
  readonly where: string;
  /** Digest that really runs, from the platform's report, not from the spec. */
  readonly digest?: string;
  /** Why it is not ready, in a few words. */
  readonly reason?: string;
  /** The platform's own words, where `reason` says it shorter. */
  readonly detail?: string;
}

export interface ServiceState {
  readonly service: string;
  readonly health: Health;
  readonly ready: number;
  readonly wanted: number;
  readonly release?: string;
  readonly alias?: string;
  readonly tag?: string;
  readonly digest?: string;
  /** Why it is as it is, in a few words. */
  readonly message?: string;
  /** The platform's own words, where `message` says it shorter. */
  readonly detail?: string;
  readonly instances: readonly InstanceState[];
}

export interface EnvironmentState {
  readonly environment: string;
  readonly services: readonly ServiceState[];
}

export interface LogQuery {
  readonly service: string;
  /** Only lines at or after this time; ISO 8601. */
  readonly since?: string;
  /** Only lines before this time; ISO 8601. Not together with `follow`. */
  readonly until?: string;
  /** Lines per instance to begin with; undefined is all. */
  readonly tail?: number;
  /** Only this instance, by id or name. */
  readonly instance?: string;
  /** Only this container of each instance. */
  readonly container?: string;
  /** The run of each container before the present one, instead of the present. */
  readonly previous?: boolean;
  /** False: end when the present log has been read. */
  readonly follow: boolean;
}

export interface LogLine {
  readonly instance: string;
  /** ISO 8601 with nanoseconds, as the source gives it. */
  readonly time: string;
  readonly text: string;
  /** A marker line of ours: an instance came, went or was replaced; lines were lost at the source. */
  readonly marker?: boolean;
}

/** One way to run services. `Target` is the environment's own section; identity is verified inside every call that writes (S2). */
export interface Platform extends PlatformOperations {
  readonly kind: string;
  /** Verifies the target and describes it, one line per fact; throws `wrong-target` with what differs. */
  identify(environment: EnvironmentSummary, signal: AbortSignal): Promise<readonly string[]>;
  plan(intent: DeployIntent, signal: AbortSignal): Promise<Plan>;
  /** Applies exactly what the plan showed: lock, intent record, change, wait for health, outcome record. */
  apply(plan: Plan, report: (event: DeployEvent) => void, signal: AbortSignal): Promise<DeployResult>;
  /** Yields the state at once and again whenever it changes, from watches and events. Ends only by abort or by throwing. */
  observe(environment: EnvironmentSummary, signal: AbortSignal): AsyncIterable<EnvironmentState>;
  /** Batches of lines of every instance, present and future. Never a gap, never a duplicate. */
  logs(environment: EnvironmentSummary, query: LogQuery, signal: AbortSignal): AsyncIterable<readonly LogLine[]>;
  /** Newest first. */
  history(environment: EnvironmentSummary, service: string, signal: AbortSignal): Promise<readonly DeploymentRecord[]>;
  close(): void;
}
export interface Platforms {
  /** Throws `configuration` when no platform of that kind is registered. */
  of(target: Target): Platform;
}
