/** One service in one environment. */
import type { ImageByDigest, Location, Severity } from './places.ts';

export type EnvironmentValue =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly secret: { readonly name: string; readonly key: string } };

export interface ServicePort {
  readonly name: string;
  /** The container's port; with `auto` the first of `range` in bridge mode. */
  readonly port: number;
  readonly auto: boolean;
  readonly range?: { readonly low: number; readonly high: number };
  /** Environment variable that carries the port to the process. */
  readonly env?: string;
  /** Port of the node or host that is published, when the manifest fixes one. */
  readonly nodePort?: number;
}

/** Seconds everywhere; `port` is the number, already resolved from its name. */
export interface Probe {
  readonly http?: { readonly port: number; readonly path: string };
  readonly tcp?: { readonly port: number };
  readonly command?: readonly string[];
  readonly period: number;
  readonly timeout: number;
  readonly failureThreshold: number;
  readonly initialDelay: number;
}

export interface ConfigFile {
  /** Absolute path inside the container. */
  readonly target: string;
  /** Text of the file at the time the effective configuration was computed. */
  readonly content: string;
}

export interface ResourceAmounts {
  readonly cpu?: string;
  readonly memory?: string;
}

/** A check after a deployment. Seconds; one of `http`, `command` and `job` is there. */
export interface VerifyCheck {
  readonly name: string;
  readonly http?: { readonly port: number; readonly path: string; readonly scheme: 'http' | 'https' };
  /** A command line of the workstation or of CI. */
  readonly command?: string;
  /** Runs once in the environment. Without an image it is the release's own; without a command, what the image starts. */
  readonly job?: { readonly image?: ImageByDigest; readonly command?: readonly string[] };
  /** How often it may fail before it counts. */
  readonly retries: number;
  readonly timeout: number;
}

/** Another minimum of instances by the clock: from `cron` on, until `until` where that is there; five fields each, in a time zone. */
export interface ScaleSchedule {
  readonly cron: string;
  readonly until?: string;
  readonly timezone: string;
  readonly min: number;
}

/** One service in one environment: merged, interpolated, defaulted. Plain data, no secret values; durations in seconds. */
export interface EffectiveService {
  readonly name: string;
  readonly product: string;
  readonly environment: string;
  readonly repository: string;
  readonly dependsOn: readonly string[];
  readonly ports: readonly ServicePort[];
  readonly env: readonly EnvironmentValue[];
  readonly config: readonly ConfigFile[];
  readonly resources: { readonly requests: ResourceAmounts; readonly limits: ResourceAmounts };
  readonly health: { readonly startup?: Probe; readonly readiness?: Probe; readonly liveness?: Probe };
  readonly lifecycle: { readonly stopGracePeriod: number; readonly preStopSleep: number; readonly stopSignal?: string };
  readonly network: 'bridge' | 'host';
  readonly expose: {
    readonly type: 'ClusterIP' | 'NodePort' | 'None' | 'Ingress' | 'Gateway';
    readonly ports: readonly string[];
    readonly host?: string;
    readonly path?: string;
    /** `name` in the namespace of the environment, or `namespace/name`. */
    readonly gateway?: string;
    /** Ingress class; absent: the cluster's default. */
    readonly class?: string;
  };
  readonly jdk?: {
    readonly version: string;
    readonly mode: 'hostMount' | 'imageVolume' | 'layer';
    readonly hostPath?: string;
    /** For `imageVolume`: the image, and the folder in it; absent: its root. */
    readonly image?: string;
    readonly imagePath?: string;
    readonly mountPath: string;
  };
  /** Numeric uid the image runs as, from the standards; absent when unknown. */
  readonly uid?: number;
  readonly replicas: number;
  /** Automatic scaling by load, in percent of the requested CPU; `replicas` then is only where people expect it to begin. */
  readonly auto?: { readonly min: number; readonly max: number; readonly cpu: number };
  readonly schedule?: readonly ScaleSchedule[];
  readonly rollout: {
    readonly strategy: 'rolling' | 'recreate';
    readonly maxSurge: number;
    readonly maxUnavailable: number;
    readonly batch: number;
    readonly order: 'start-first' | 'stop-first';
    readonly interval: number;
    readonly minReady: number;
    readonly progressDeadline: number;
    readonly confirm: boolean;
  };
  readonly verify?: readonly VerifyCheck[];
  /** Manifest keys that are set and that this version does not carry out yet; shown as warnings in every plan. */
  readonly ignored: readonly string[];
}

/** Where a line of the effective configuration comes from. */
export interface LineOrigin {
  /** Zero-based line of `text` and of `plain`. */
  readonly line: number;
  /** Best first: where the value is written, then what it was filled in with. Empty for defaults. */
  readonly from: readonly { readonly location: Location; readonly message: string }[];
  /** What is to be said when nobody wrote it. */
  readonly note?: string;
}

/** Answer to `waybill/effective`. */
export interface EffectiveAnswer {
  /** Absent when `problems` holds an error. */
  readonly service?: EffectiveService;
  /** YAML of the effective configuration, each line with its origin as a comment. */
  readonly text: string;
  /** The same lines without the comments, for comparing. */
  readonly plain?: string;
  readonly origins?: readonly LineOrigin[];
  /** Where each key is written, by its path (`resources.limits.memory`); what nobody wrote has no place. */
  readonly places?: Readonly<Record<string, Location>>;
  readonly problems: readonly { readonly severity: Severity; readonly message: string; readonly location?: Location }[];
  /** The whole normalised manifest without `environments:` and tag: what a release keeps and hashes. */
  readonly manifest: Readonly<Record<string, unknown>>;
}
