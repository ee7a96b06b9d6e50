/** All that a build needs to know. */
import type { ImageByDigest, Location, Severity } from './places.ts';

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
