/**
 * The seams between use-cases and the world. Use-cases (`delivery/`) know only these interfaces; adapters implement them.
 * Every call that can wait takes an AbortSignal. Errors are `WaybillError`s (errors.ts).
 */
import type {
  BuilderMember,
  BuildSpec,
  BuildSpecAnswer,
  EffectiveAnswer,
  EffectiveService,
  EnvironmentSummary,
  ImageByDigest,
  Target,
  WorkspaceModel,
} from '../../server/src/protocol.ts';

/** The language half: the server in the editor, `server/core` in the CLI. */
export interface Documents {
  model(signal: AbortSignal): Promise<WorkspaceModel>;
  effective(service: string, environment: string, signal: AbortSignal): Promise<EffectiveAnswer>;
  buildSpec(service: string, signal: AbortSignal): Promise<BuildSpecAnswer>;
}

export interface Clock {
  now(): Date;
  /** Rejects with `signal.reason` when aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Values of secrets by reference (`vscode:name`, `env:NAME`, `file:path`). Every value handed out is registered with the redactor. */
export interface Secrets {
  read(reference: string, signal: AbortSignal): Promise<Uint8Array>;
}

/** Credentials for one registry host, exact match; undefined means anonymous (S7). */
export interface RegistryCredential {
  readonly username: string;
  readonly password: string;
}
export interface Credentials {
  forRegistry(host: string, signal: AbortSignal): Promise<RegistryCredential | undefined>;
}

/** What git says about a folder; every field absent outside a repository. */
export interface SourceState {
  readonly revision?: string;
  readonly branch?: string;
  readonly dirty?: boolean;
  readonly commitTime?: Date;
  readonly remote?: string;
}
export interface Source {
  state(folder: string, signal: AbortSignal): Promise<SourceState>;
}

// ---- Docker Engine ---------------------------------------------------------------------------------------------------------

export interface EngineVersion {
  /** `20.10.24`. */
  readonly version: string;
  /** `1.41`. */
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
  readonly buildkit: boolean;
}

export type BuildEvent =
  /** A step began, ended, or was answered from the cache. `id` is stable within the build; `line` is the Dockerfile's, one-based. */
  | {
      readonly type: 'step';
      readonly id: string;
      readonly name: string;
      readonly state: 'started' | 'done' | 'cached' | 'failed';
      readonly line?: number;
      readonly seconds?: number;
      readonly error?: string;
    }
  | { readonly type: 'output'; readonly step: string; readonly text: string }
  | { readonly type: 'context'; readonly bytes: number; readonly files: number }
  | { readonly type: 'warning'; readonly message: string };

export interface BuiltImage {
  /** Image id on the daemon, `sha256:…`. */
  readonly id: string;
  readonly member: string;
  readonly engine: 'buildkit' | 'classic';
  readonly seconds: number;
  readonly steps: { readonly cached: number; readonly ran: number };
  /** `RootFS.Layers`, lowest first. */
  readonly layers: readonly string[];
  readonly size: number;
  readonly config: { readonly user: string; readonly labels: Readonly<Record<string, string>>; readonly env: readonly string[] };
}

export interface BuildOrder {
  readonly spec: BuildSpec;
  /** `repository:tag` names to give the image. */
  readonly tags: readonly string[];
  /** Provenance labels, put on beside the spec's. */
  readonly labels: Readonly<Record<string, string>>;
  /** Clamp for file times in the context; makes equal inputs equal archives. */
  readonly sourceDate: Date;
}

export type PushEvent = { readonly layer: string; readonly status: string; readonly current?: number; readonly total?: number };

export interface PushResult {
  readonly digest: string;
  readonly pushed: number;
  readonly mounted: number;
  readonly existing: number;
  readonly bytes: number;
}

/** One Docker Engine. */
export interface Engine {
  readonly name: string;
  /** Reaches the daemon and says what it is; the first thing to fail when something is wrong. */
  version(signal: AbortSignal): Promise<EngineVersion>;
  build(order: BuildOrder, report: (event: BuildEvent) => void, signal: AbortSignal): Promise<BuiltImage>;
  push(repository: string, tag: string, report: (event: PushEvent) => void, signal: AbortSignal): Promise<PushResult>;
  /** `RootFS.Layers` of an image by digest: from the daemon if it has it, else from its registry. */
  layersOf(image: ImageByDigest, signal: AbortSignal): Promise<readonly string[]>;
  close(): void;
}
export interface Engines {
  open(member: BuilderMember): Engine;
}

/** Registry by the OCI distribution specification. */
export interface Registry {
  /** Digest of a tag by HEAD and by hashing the body; undefined when the tag is not there. */
  resolve(repository: string, reference: string, signal: AbortSignal): Promise<string | undefined>;
}

// ---- Platforms: Kubernetes, compose hosts, and what other extensions register (R18) -----------------------------------------

export interface DeployIntent {
  readonly environment: EnvironmentSummary;
  readonly service: EffectiveService;
  readonly image: ImageByDigest;
  readonly tag: string;
  /** `rel-…`. */
  readonly release: string;
  readonly alias: string;
  readonly source: { readonly repository?: string; readonly revision?: string };
  readonly by: string;
  readonly reason?: string;
  /** Set for promotions: the environment it comes from. */
  readonly promotedFrom?: string;
  /** True for Roll Back. */
  readonly rollback: boolean;
}

export type ChangeKind = 'create' | 'update' | 'unchanged' | 'remove';

export interface PlannedChange {
  /** `apps/v1/Deployment/order-api`, `container/it-1/order-api-1`. */
  readonly object: string;
  readonly change: ChangeKind;
  /** Unified diff of live and predicted YAML, noise removed, no secret values; empty when unchanged. */
  readonly diff: string;
  readonly restarts: boolean;
}

/** What a deployment would do, shown before anything is written. `token` belongs to the platform that made it. */
export interface Plan {
  readonly environment: string;
  readonly service: string;
  readonly release: string;
  readonly image: ImageByDigest;
  /** Who and where exactly: server, namespace and UIDs, or hosts. One line each. */
  readonly identity: readonly string[];
  readonly changes: readonly PlannedChange[];
  readonly warnings: readonly string[];
  /** Reasons why it may not be applied; empty when it may. */
  readonly refusals: readonly string[];
  /** `sha256:` over what will be written; apply refuses when the target has moved since. */
  readonly hash: string;
  readonly token: unknown;
}

export type Health = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown';

export type DeployEvent =
  | {
      readonly type: 'phase';
      readonly phase: 'lock' | 'record' | 'apply' | 'pull' | 'rollout' | 'verify' | 'done';
      readonly message: string;
    }
  | { readonly type: 'progress'; readonly ready: number; readonly wanted: number; readonly message: string };

/** Why a release is not healthy, in words a developer understands. */
export interface Diagnosis {
  /** `image-missing`, `image-unauthorized`, `crash-loop`, `out-of-memory`, `config-error`, `probe`, `scheduling`, `quota`, `admission`, `port-taken`, `start-error`, `deadline`. */
  readonly kind: string;
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly advice: string;
  /** Last lines of the failing instance's log. */
  readonly log: readonly string[];
  /** Manifest path that is to blame, e.g. `health.readiness`. */
  readonly manifestPath?: string;
}

/** Failed: the workload is unhealthy. Errored: Waybill or an API could not do it. */
export type Outcome = 'Succeeded' | 'Failed' | 'Errored' | 'Aborted';

export interface DeployResult {
  readonly outcome: Outcome;
  readonly diagnosis?: Diagnosis;
  readonly message: string;
}

export interface DeploymentRecord {
  readonly sequence: number;
  readonly environment: string;
  readonly service: string;
  readonly release: string;
  readonly alias: string;
  readonly image: ImageByDigest;
  readonly tag: string;
  readonly at: string;
  readonly by: string;
  readonly reason?: string;
  readonly promotedFrom?: string;
  readonly rollback: boolean;
  /** `Pending` is the intent, written before anything is touched (S10). */
  readonly result: Outcome | 'Pending';
  readonly message: string;
  readonly configHash: string;
  readonly planHash: string;
  /** The effective configuration used, without secret values; what Roll Back deploys again. */
  readonly effective: EffectiveService;
}

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
  readonly reason?: string;
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
  readonly message?: string;
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
  /** Lines per instance to begin with; undefined is all. */
  readonly tail?: number;
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
export interface Platform {
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

// ---- Records and people ----------------------------------------------------------------------------------------------------

export interface ReleaseRecord {
  readonly apiVersion: 'waybill.dev/v1';
  readonly kind: 'Release';
  readonly id: string;
  readonly alias: string;
  readonly identity: { readonly service: string; readonly image: ImageByDigest; readonly manifestHash: string };
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly source: { readonly repository?: string; readonly revision?: string; readonly branch?: string; readonly dirty?: boolean };
  readonly base?: {
    readonly line: string;
    readonly image: string;
    readonly digest: string;
    readonly layers: { readonly os: number; readonly base: number; readonly app: number };
  };
  readonly build: {
    readonly id: string;
    readonly builder: string;
    readonly engine: string;
    readonly started: string;
    readonly duration: string;
    readonly cached: number;
    readonly pushed: string;
  };
  readonly standards?: {
    readonly name: string;
    readonly version: string;
    readonly findings: { readonly error: number; readonly warning: number; readonly waived: number };
  };
  readonly deployments: readonly {
    readonly environment: string;
    readonly at: string;
    readonly by: string;
    readonly result: string;
    readonly promotedFrom?: string;
  }[];
}

/** Release files `.waybill/releases/<service>/<id>.yaml` and `.waybill/builds.jsonl` below the folder of the environments file. */
export interface Records {
  saveRelease(folder: string, release: ReleaseRecord): Promise<void>;
  /** Appends an exported copy of a deployment to the release's file. */
  noteDeployment(folder: string, service: string, release: string, deployment: ReleaseRecord['deployments'][number]): Promise<void>;
  /** Newest first. Unreadable files are reported, not thrown. */
  releases(
    folder: string,
    service: string,
  ): Promise<{ readonly releases: readonly ReleaseRecord[]; readonly unreadable: readonly string[] }>;
  appendBuild(folder: string, entry: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Who is acting: git's `user.email`, else the login name. */
export interface Identity {
  name(): Promise<string>;
}

/** All that a use-case may need. */
export interface Ports {
  readonly documents: Documents;
  readonly engines: Engines;
  readonly registry: Registry;
  readonly platforms: Platforms;
  readonly records: Records;
  readonly secrets: Secrets;
  readonly source: Source;
  readonly identity: Identity;
  readonly clock: Clock;
}
