/** The workspace as trees and quick picks see it. */
import type { ImageByDigest, Location } from './places.ts';

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

/** Where certificates come from: files, a context of Docker's that holds them, or a secret of the editor. Never a value. */
export type TlsSource = TlsFiles | { readonly contextName: string } | { readonly vscodeSecret: string };

/** How a Docker Engine is reached: `unix:///path`, `tcp://host:port` (with `tls`) or `ssh://user@host[:port]`. */
export interface DockerHost {
  readonly name: string;
  readonly host: string;
  readonly tls?: TlsSource;
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
  /** So many builds may wait. */
  readonly maxQueue: number;
  /** How long a build waits for the builder whose cache is warm before it takes another; seconds. */
  readonly patience: number;
  readonly members: readonly BuilderMember[];
  /** What stays when the build cache is cleaned: bytes, and unused cache younger than so many seconds. */
  readonly cleanup?: { readonly keep?: number; readonly olderThan?: number };
  /** In the environments file; absent for pools that come from the Docker CLI, which are not ours to change. */
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
  /** Rancher project that the namespace joins: `cluster:project`. */
  readonly rancherProject?: string;
  /** An image that has `kubectl`: what schedules of `scale` run. */
  readonly kubectlImage?: ImageByDigest;
  readonly isolation?: NamespaceIsolation;
}

/** What a namespace is given, so that it cannot disturb others, nor be disturbed. */
export interface NamespaceIsolation {
  readonly networkPolicy?: 'default-deny' | 'none';
  /** Resource → amount, as a ResourceQuota has it. */
  readonly quota?: Readonly<Record<string, string>>;
  readonly podSecurity?: 'privileged' | 'baseline' | 'restricted';
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
    /** What a release needs besides: `soak`, `evidence`, `verified`. */
    readonly requires: readonly string[];
    /** Of `soak`: seconds that it must have run in the environment that it comes from. */
    readonly soak?: number;
    /** Of `evidence`: names of the proofs that the release must carry. */
    readonly evidence?: readonly string[];
  };
  readonly protected: {
    readonly on: boolean;
    readonly confirm: 'none' | 'yes-no' | 'type-name';
    /** Gates that are set: `approvals`, `windows`. */
    readonly gates: readonly string[];
    readonly windows?: readonly DeployWindow[];
    readonly forbid: readonly string[];
    /** Where deployments may come from; absent: anywhere. */
    readonly allowFrom?: readonly ('ci' | 'workstation')[];
  };
  readonly keepRecords: number;
  /** Are the checks of the manifests (`verify`) run after every deployment? */
  readonly verifyOnDeploy?: boolean;
  readonly notify?: readonly Notification[];
  /** Fields that may differ from what was deployed: `spec.replicas`, `*` for any part. */
  readonly ignoreDrift?: readonly string[];
  /** Where the values of secrets come from that services refer to; only for targets that hold no secrets of their own. */
  readonly secrets?: readonly SecretSource[];
  readonly problems: readonly ModelProblem[];
}

/** A time when deployments are allowed or denied. */
export interface DeployWindow {
  readonly name: string;
  readonly kind: 'allow' | 'deny';
  /** Recurrence of RFC 5545: when it begins. One of `rrule` and `cron` is there. */
  readonly rrule?: string;
  readonly cron?: string;
  /** Seconds that it lasts. */
  readonly duration: number;
  /** Name of the IANA database; UTC without one. */
  readonly timezone?: string;
}

/** Who is told of what happens: events, and where the address that is called comes from (`vscode:ops-webhook`). */
export interface Notification {
  readonly on: readonly string[];
  readonly webhook: string;
}

/** Names the place of a secret's value (`vscode:order-db-it`, `env:NAME`, `file:path`). Never a value. */
export interface SecretSource {
  readonly name: string;
  readonly key: string;
  readonly from: string;
}

export interface RegistrySummary {
  readonly name: string;
  readonly host: string;
}

/** Where a file names a catalogue image: by reference (a Dockerfile) or by the name of its entry (`build.base`). */
export interface ImageUse {
  readonly kind: 'reference' | 'name';
  readonly location: Location;
}

/** A component as an image holds it. */
export interface ImageVersion {
  readonly name: string;
  readonly version?: string;
  /** ISO date. */
  readonly eol?: string;
  /** True after `eol`, judged against the server's day. */
  readonly ended: boolean;
  readonly deprecated: boolean;
}

/** An OS image, base image or builder image of the standards, and who stands on it. */
export interface ImageSummary {
  /** `standards/name`. */
  readonly id: string;
  readonly name: string;
  readonly layer: 'os' | 'base' | 'builder';
  readonly standards: string;
  readonly repository: string;
  /** `repository:tag@digest` of the current version, as FROM names it. */
  readonly reference: string;
  readonly tag?: string;
  readonly digest?: string;
  /** Digests of earlier images of the line, newest first. */
  readonly previous: readonly string[];
  /** May services be moved to a newer image of the line without a build? */
  readonly rebase: 'compatible' | 'verify' | 'never';
  /** Name of the OS image under a base image. */
  readonly os?: string;
  /** ISO date. */
  readonly eol?: string;
  readonly ended: boolean;
  /** Present from its `since` on. */
  readonly deprecated?: { readonly since?: string; readonly removal?: string; readonly replacedBy?: string; readonly reason?: string };
  readonly components: readonly ImageVersion[];
  readonly location: Location;
  /** Absent when its Dockerfile is not in the workspace. */
  readonly dockerfileUri?: string;
  /** Ids of the services that stand on it, directly or through a base image. */
  readonly services: readonly string[];
  readonly uses: readonly ImageUse[];
}

export interface ComponentSummary {
  /** `standards/name`. */
  readonly id: string;
  readonly name: string;
  readonly standards: string;
  readonly title?: string;
  readonly location: Location;
  readonly versions: readonly {
    readonly version: string;
    /** ISO date. */
    readonly eol?: string;
    readonly ended: boolean;
    readonly default: boolean;
    readonly deprecated?: { readonly replacedBy?: string };
    /** Ids of the images that hold it. */
    readonly images: readonly string[];
  }[];
}

export interface CatalogueModel {
  readonly images: readonly ImageSummary[];
  readonly components: readonly ComponentSummary[];
}

/** Answer to `waybill/model`: everything the trees and the quick picks need to know about the workspace. */
export interface WorkspaceModel {
  readonly services: readonly ServiceSummary[];
  readonly environments: readonly EnvironmentSummary[];
  readonly pools: readonly BuilderPool[];
  readonly registries: readonly RegistrySummary[];
  /** Images and components of the standards; only the editor is told. */
  readonly catalogue?: CatalogueModel;
  readonly problems: readonly ModelProblem[];
}
