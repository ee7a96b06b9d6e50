/** Images of the standards that are built or registered. */
import type { Range } from './places.ts';

export interface BaseImageParams {
  /** `standards/name`, or the name where only one of the standards has it. */
  readonly image: string;
}

/** What was found out of an image in its registry, to be written into the standards. */
export interface RegisteredImage {
  readonly layer: 'os' | 'base' | 'builder';
  readonly name: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** OS images: of `/etc/os-release`. */
  readonly family?: 'rhel' | 'debian' | 'alpine' | 'other';
  readonly version?: string;
  /** Base images: name of the OS image whose layers it begins with. */
  readonly os?: string;
  readonly config: {
    readonly user?: string;
    readonly workdir?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly entrypoint?: readonly string[];
    readonly cmd?: readonly string[];
    readonly ports?: readonly number[];
    readonly labels?: Readonly<Record<string, string>>;
  };
}

export type CatalogueChange =
  /** The line gets a new `current`; the old one moves to `previous`. */
  | { readonly change: 'pin'; readonly image: string; readonly tag: string; readonly digest: string }
  /** A new entry. `standards`: name of the standards that it is written into, when there are several. */
  | { readonly change: 'register'; readonly image: RegisteredImage; readonly standards?: string };

/** The change as edits of one file; comments and everything else in it stay. */
export interface CatalogueEdit {
  readonly uri: string;
  readonly edits: readonly { readonly range: Range; readonly text: string }[];
}
