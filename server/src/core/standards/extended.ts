import type { Location } from '../../protocol.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** How an entry of `extends` stands. */
export type ExtendsState =
  | { readonly state: 'there' }
  /** The text is no reference. */
  | { readonly state: 'malformed' }
  /** A file that is not in the workspace; `near` is the path of one that may be meant. */
  | { readonly state: 'no-file'; readonly path: string; readonly near?: string }
  /** A remote reference that the lock does not have. */
  | { readonly state: 'unpinned' }
  /** The copy that the lock pins is not on this machine. */
  | { readonly state: 'no-copy' }
  /** The copy is another than the lock pins. */
  | { readonly state: 'changed' }
  /** A part of standards. */
  | { readonly state: 'part' }
  /** The names of the standards from the one that extends around to itself. */
  | { readonly state: 'circle'; readonly names: readonly string[] };

/** One entry of `extends` with how it stands. */
export type ExtendsEntry = ExtendsState & { readonly node: YamlNode; readonly text: string };

/** Something that floats unless the lock pins it, with the first place that names it. */
export interface LockDemand {
  readonly ref: string;
  readonly location: Location;
}

export interface LockDemands {
  /** Images of FROM without a digest that the standards do not pin. */
  readonly images: readonly LockDemand[];
  /** Remote standards, those that pinned copies extend included. */
  readonly extends: readonly LockDemand[];
}
