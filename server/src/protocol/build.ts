/** All that a build needs to know. */
import type { ImageByDigest, Location, Severity } from './places.ts';

/** Where a build's secret comes from: `file:…`, `vscode:…` or `env:…`. Never a value. */
export interface BuildSecret {
  readonly id: string;
  readonly from: string;
}

/** What the Dockerfile uses by name beside its stages: a folder (absolute), or an image by digest. */
export type NamedContext = { readonly name: string } & ({ readonly folder: string } | { readonly image: string });

/** Build cache in registries: `repository:tag`. */
export interface BuildCache {
  readonly from: readonly string[];
  readonly to?: { readonly ref: string; readonly mode: 'min' | 'max' };
  readonly inline: boolean;
}

/** What is compiled before the image is built. */
export interface BuildArtifact {
  /** Program and arguments; no shell. */
  readonly command: readonly string[];
  /** Absolute folder that it runs in. */
  readonly folder: string;
  /** Files that it makes, relative to the folder. */
  readonly outputs: readonly string[];
  /** Patterns like those of `.dockerignore` of what is not sent to the container. */
  readonly exclude?: readonly string[];
  /** Image that it runs in, on a builder; absent: on this machine. */
  readonly container?: string;
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
  /** Ids that the ssh agent of this machine answers for. */
  readonly ssh?: readonly string[];
  readonly contexts?: readonly NamedContext[];
  readonly cache?: BuildCache;
  /** Statement of how the image was made; absent: none. */
  readonly provenance?: 'min' | 'max';
  /** Image by digest that lists what is in the image; absent: no list. */
  readonly sbomScanner?: string;
  readonly artifact?: BuildArtifact;
  readonly platforms: readonly string[];
  /** True when no step runs on the platform of the image: every builder can make it then, without emulation. */
  readonly anyPlatform?: boolean;
  readonly repository: string;
  /** Template with `{branch}`, `{sha:N}`, `{timestamp}`, `{version}`. */
  readonly tagTemplate: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pool: string;
  readonly selector: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly timeout: number;
  readonly standards?: { readonly name: string; readonly version: string };
  /**
   * The base image that the final stage's FROM pins, and the OS image under it in all versions that the catalogue knows, newest first;
   * absent when the catalogue does not know the base.
   */
  readonly base?: {
    readonly line: string;
    readonly image: ImageByDigest;
    readonly os?: { readonly name: string; readonly versions: readonly ImageByDigest[] };
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
