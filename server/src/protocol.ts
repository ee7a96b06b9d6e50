/**
 * Everything that the client and the server say to each other: plain data and the names of the custom requests.
 * This file imports nothing. Positions are zero-based and count UTF-16 code units, as in LSP 3.18.
 */

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Location {
  readonly uri: string;
  readonly range: Range;
}

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** An image by content: the only form in which anything is ever deployed (S1). */
export interface ImageByDigest {
  /** Host, path, no tag: `registry.example.com/zero-dsp/order-api`. */
  readonly repository: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
}

/** A problem that keeps a service, an environment or a pool from being used, at the place that is to blame. */
export interface ModelProblem {
  readonly message: string;
  readonly location?: Location;
}

export interface ServiceSummary {
  /** `product/name`. */
  readonly id: string;
  readonly name: string;
  readonly product: string;
  readonly title?: string;
  /** URI of `waybill.yaml`; `range` is the value of `metadata.name`. */
  readonly location: Location;
  /** Absolute file path of the folder that holds the manifest. */
  readonly folder: string;
  readonly dockerfileUri: string;
  readonly repository?: string;
  readonly base?: string;
  readonly dependsOn: readonly string[];
  /** Names of the environments of its product, in promotion order. */
  readonly environments: readonly string[];
  readonly problems: readonly ModelProblem[];
}

export interface TlsFiles {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

/** How a Docker Engine is reached: `unix:///path`, `tcp://host:port` (with `tls`) or `ssh://user@host[:port]`. */
export interface DockerHost {
  readonly name: string;
  readonly host: string;
  readonly tls?: TlsFiles;
  /** Allows tcp without TLS for an address that is not loopback. Never on by default (S17). */
  readonly insecure?: boolean;
  readonly address?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface BuilderMember extends DockerHost {
  readonly capacity: number;
  readonly weight: number;
  readonly draining: boolean;
  readonly optional: boolean;
}

export interface BuilderPool {
  readonly name: string;
  readonly policy: 'affinity' | 'least-busy';
  readonly members: readonly BuilderMember[];
  readonly location?: Location;
}

/** What a Kubernetes environment pins of its cluster (S2). All present members must match before anything is written. */
export interface ClusterPin {
  readonly server?: string;
  /** `sha256:` of the DER bytes of the CA bundle. */
  readonly ca?: string;
  /** UID of the namespace `kube-system`. */
  readonly uid?: string;
}

export interface KubernetesTarget {
  readonly kind: 'kubernetes';
  readonly context: string;
  readonly cluster: ClusterPin;
  readonly namespace: string;
  /** Identity for people who may not read `kube-system`. */
  readonly namespaceUid?: string;
  readonly createNamespace: boolean;
}

export interface ComposeTarget {
  readonly kind: 'compose';
  readonly project: string;
  readonly hosts: readonly DockerHost[];
  readonly portRange?: { readonly low: number; readonly high: number };
  readonly placement: 'spread' | 'pack';
}

/** An environment of a platform that another extension registered: its own section of the file, as plain data. */
export interface OtherTarget {
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export type Target = KubernetesTarget | ComposeTarget | OtherTarget;

export interface EnvironmentSummary {
  readonly name: string;
  readonly product: string;
  readonly purpose?: string;
  readonly location: Location;
  readonly target: Target;
  /** Absolute path of the folder of the environments file: records and exports go below it. */
  readonly folder: string;
  readonly promote: {
    /** Empty: the environment takes builds directly (S9). */
    readonly from: readonly string[];
    /** Requirements that this version cannot judge; a deployment refuses and names them: `soak`, `evidence`, `verified`. */
    readonly requires: readonly string[];
  };
  readonly protected: {
    readonly on: boolean;
    readonly confirm: 'none' | 'yes-no' | 'type-name';
    /** Gates that this version cannot judge and therefore refuses: `approvals`, `windows`. */
    readonly gates: readonly string[];
    readonly forbid: readonly string[];
  };
  readonly keepRecords: number;
  readonly problems: readonly ModelProblem[];
}

export interface RegistrySummary {
  readonly name: string;
  readonly host: string;
}

/** Answer to `waybill/model`: everything the trees and the quick picks need to know about the workspace. */
export interface WorkspaceModel {
  readonly services: readonly ServiceSummary[];
  readonly environments: readonly EnvironmentSummary[];
  readonly pools: readonly BuilderPool[];
  readonly registries: readonly RegistrySummary[];
  readonly problems: readonly ModelProblem[];
}

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
    readonly gateway?: string;
  };
  readonly jdk?: {
    readonly version: string;
    readonly mode: 'hostMount' | 'imageVolume' | 'layer';
    readonly hostPath?: string;
    readonly mountPath: string;
  };
  /** Numeric uid the image runs as, from the standards; absent when unknown. */
  readonly uid?: number;
  readonly replicas: number;
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
  /** Manifest keys that are set and that this version does not carry out yet; shown as warnings in every plan. */
  readonly ignored: readonly string[];
}

/** Answer to `waybill/effective`. */
export interface EffectiveAnswer {
  /** Absent when `problems` holds an error. */
  readonly service?: EffectiveService;
  /** YAML of the effective configuration, each line with its origin as a comment. */
  readonly text: string;
  readonly problems: readonly { readonly severity: Severity; readonly message: string; readonly location?: Location }[];
  /** The whole normalised manifest without `environments:` and tag: what a release keeps and hashes. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Where a build's secret comes from: `file:…`, `vscode:…` or `env:…`. Never a value. */
export interface BuildSecret {
  readonly id: string;
  readonly from: string;
}

/** Answer to `waybill/buildSpec`: all that a build needs to know, resolved. */
export interface BuildSpec {
  readonly service: string;
  readonly product: string;
  /** Absolute folder of the build context. */
  readonly context: string;
  /** Absolute path of the Dockerfile, in the context or outside it. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly secrets: readonly BuildSecret[];
  readonly platforms: readonly string[];
  readonly repository: string;
  /** Template with `{branch}`, `{sha:N}`, `{timestamp}`, `{version}`. */
  readonly tagTemplate: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pool: string;
  readonly selector: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly timeout: number;
  readonly standards?: { readonly name: string; readonly version: string };
  /** The base image that the final stage stands on, and its OS image, when the catalogue knows them. */
  readonly base?: {
    readonly line: string;
    readonly image: ImageByDigest;
    readonly os?: { readonly name: string; readonly image: ImageByDigest };
  };
  /** Error-level findings of Dockerfile and manifest; they block a build. */
  readonly errors: readonly { readonly message: string; readonly rule: string; readonly location: Location }[];
  readonly findings: { readonly error: number; readonly warning: number; readonly waived: number };
  /** Tags that may never be pushed again once they exist (globs). */
  readonly immutableTags: readonly string[];
}

export interface BuildSpecAnswer {
  readonly spec?: BuildSpec;
  readonly problems: readonly { readonly severity: Severity; readonly message: string; readonly location?: Location }[];
}

/** Names of the custom requests and notifications. */
export const Method = {
  /** () → WorkspaceModel */
  model: 'waybill/model',
  /** ({service, environment}) → EffectiveAnswer */
  effective: 'waybill/effective',
  /** ({service}) → BuildSpecAnswer */
  buildSpec: 'waybill/buildSpec',
  /** Notification from the server: the answer to `waybill/model` may have changed. */
  modelChanged: 'waybill/modelChanged',
  /** Notification to the server: is the workspace trusted? */
  trust: 'waybill/trust',
} as const;

export interface EffectiveParams {
  /** `product/name`. */
  readonly service: string;
  readonly environment: string;
}

export interface BuildSpecParams {
  readonly service: string;
}
