/**
 * The company's standards as rules and features see them: `waybill.standards.yaml` parsed, included parts merged.
 * Every named thing carries the location of its name, so that diagnostics and definitions can point at it.
 */
import type { Location, Severity } from '../../protocol.ts';

export interface PinnedTag {
  readonly tag: string;
  /** Absent when the file has none yet. */
  readonly digest?: string;
  /** Set on an entry of `previous` that must no longer be used. */
  readonly revokedFor?: string;
}

export interface Deprecation {
  /** ISO dates. */
  readonly since?: string;
  readonly removal?: string;
  readonly replacedBy?: string;
  readonly reason?: string;
}

/** What an image itself says of its configuration; used offline. */
export interface ImageConfig {
  readonly user?: string;
  readonly workdir?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly shell?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly ports: readonly number[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export type OsFamily = 'rhel' | 'debian' | 'alpine' | 'other';

/** One entry of the image catalogue. `layer` says which of the three layers (or a builder image) it is. */
export interface CatalogueImage {
  readonly layer: 'os' | 'base' | 'builder';
  readonly name: string;
  /** Host and path, without tag or digest. */
  readonly repository: string;
  readonly current?: PinnedTag;
  readonly previous: readonly PinnedTag[];
  readonly deprecated?: Deprecation;
  /** ISO date of the end of life; `os` entries only. */
  readonly eol?: string;
  readonly family?: OsFamily;
  readonly version?: string;
  /** Name of the OS image that a base image stands on. */
  readonly os?: string;
  readonly components: readonly { readonly name: string; readonly version?: string }[];
  readonly jdk?: { readonly version?: string; readonly mode?: 'hostMount' | 'layer' | 'imageVolume' };
  readonly user?: { readonly name?: string; readonly uid?: number };
  /** Platforms that it exists for (`linux/amd64`); absent: not said. */
  readonly platforms?: readonly string[];
  readonly config?: ImageConfig;
  /** Where its Dockerfile lives, relative to the standards file. */
  readonly source?: { readonly context: string; readonly dockerfile: string };
  /** May services be moved to a newer image of the line by exchanging layers? */
  readonly rebase: 'compatible' | 'verify' | 'never';
  readonly location: Location;
}

export interface ComponentVersion {
  readonly version: string;
  /** ISO date; null: supported without a known end. */
  readonly eol?: string | null;
  readonly default: boolean;
  readonly deprecated?: { readonly replacedBy?: string };
  readonly requires: Readonly<Record<string, string>>;
}

export interface Component {
  readonly name: string;
  readonly title?: string;
  readonly builtin: boolean;
  readonly mode?: 'hostMount' | 'layer' | 'imageVolume';
  readonly mountPath?: string;
  readonly hostPath?: string;
  /** Image that it is mounted from, and the folder in it; `{version}` is not filled in. */
  readonly imageVolume?: { readonly image: string; readonly path?: string };
  readonly versions: readonly ComponentVersion[];
  /** Names of components that it cannot stand beside. */
  readonly conflicts?: readonly string[];
  /** Names of components that are installed before it. */
  readonly after?: readonly string[];
  readonly ports?: readonly number[];
  /** Log files that it writes. */
  readonly logs?: readonly { readonly name: string; readonly path: string; readonly multiline?: string }[];
  /** Paths of the files that it brings. */
  readonly files?: readonly string[];
  readonly location: Location;
}

export interface RequiredLabel {
  readonly name: string;
  readonly pattern?: string;
}

export interface Waiver {
  readonly id: string;
  readonly rules: readonly string[];
  readonly services: readonly string[];
  /** Globs, relative to the standards file; none means every file. */
  readonly files?: readonly string[];
  readonly reason: string;
  /** ISO date. */
  readonly expires: string;
  readonly location: Location;
}

export interface Standards {
  readonly uri: string;
  readonly name: string;
  readonly version: string;
  readonly registries: readonly {
    readonly name: string;
    readonly host: string;
    readonly immutableTags: readonly string[];
    /** Names of registries that promotion copies images from. */
    readonly promoteFrom?: readonly string[];
  }[];
  readonly allowedRegistries: readonly string[];
  /** Path globs, relative to the workspace folder of the standards file. */
  readonly layers: { readonly os: readonly string[]; readonly base: readonly string[]; readonly app: readonly string[] };
  readonly images: readonly CatalogueImage[];
  readonly components: readonly Component[];
  readonly requiredLabels: readonly RequiredLabel[];
  readonly forbiddenLabels: readonly string[];
  readonly policy: {
    readonly digest: 'required' | 'recommended' | 'off';
    readonly uid?: number;
    readonly directories: { readonly app?: string; readonly logs?: string };
    /** Case-insensitive regular expression source for names that look like secrets. */
    readonly secretNamePattern: string;
    readonly requiredComponents: readonly string[];
    readonly userName?: string;
    /** Image that lists what is in an image, by digest. */
    readonly sbomScanner?: string;
    /** Packages and tools that no image holds; `*` is a wildcard. */
    readonly forbiddenPackages?: readonly string[];
    /** Hosts that builds download from, and what stands in the place of others: beginning of an address → its mirror. */
    readonly downloads?: { readonly allow: readonly string[]; readonly mirrors: ReadonlyMap<string, string> };
    /** What a service's Dockerfile leaves as the base image has it. */
    readonly protected?: { readonly env: readonly string[]; readonly entrypoint: boolean };
    readonly logs?: 'stdout' | 'stdoutOrCollected' | 'any';
    /** Amounts that every service states, by path below `resources`: `limits.memory`. */
    readonly requiredResources?: readonly string[];
    /** Probes that every service has: `readiness`. */
    readonly requiredHealth?: readonly string[];
    /** Tags of the services that may run in host mode; absent: all may. */
    readonly hostModeAllowedFor?: readonly string[];
    /** Where entries of the policy stand, by path: `user.uid`, `packages.forbid`; also `labels.forbidden` and `allowedRegistries`. */
    readonly places?: ReadonlyMap<string, Location>;
    /** Comments that suppress a finding say why. */
    readonly suppressionReason?: boolean;
  };
  /** Rule id or `category/*` → severity; `off` removes the finding. */
  readonly severity: Readonly<Record<string, Severity | 'off'>>;
  /** What those who extend these standards may loosen: names as in `severity`, `policy.<section>`, `labels`. */
  readonly overridable?: readonly string[];
  readonly waivers: readonly Waiver[];
}
