import type { CatalogueImage, PinnedTag, Standards } from '../standards/model.ts';
import { type CatalogueMatch, findImage } from './catalogue.ts';
import { splitReference } from './imageReference.ts';

/** What a reference could be updated to. */
export interface NewerVersion {
  readonly image: CatalogueImage;
  readonly current: PinnedTag;
  /** True when the used version is one of those that the line had before. */
  readonly known: boolean;
}

/**
 * The current version of a line when a reference names another one: an entry of `previous`, or a tag or digest that the
 * catalogue does not know. Revoked and deprecated ones have findings of their own, references without a tag as well.
 */
export function newerVersion(standards: Standards | undefined, reference: string): NewerVersion | undefined {
  return newerThan(findImage(standards, reference), reference);
}

/** The same for a reference that was looked up. */
export function newerThan(match: CatalogueMatch | undefined, reference: string): NewerVersion | undefined {
  const current = match?.image.current;
  if (!match || !current || match.image.deprecated) return undefined;
  const { image, pinned } = match;
  if (pinned) return pinned === current || pinned.revokedFor !== undefined ? undefined : { image, current, known: true };
  const { tag, digest } = splitReference(reference);
  if (digest === undefined && (tag === undefined || tag === 'latest')) return undefined;
  // Another tag of the same repository may be a line that the catalogue does not list: only an older number of this one counts.
  return tag !== undefined && isOlder(tag, current.tag) ? { image, current, known: false } : undefined;
}

/** True when both tags have the same first number and the other numbers say that `tag` came before `current`. */
export function isOlder(tag: string, current: string): boolean {
  const [a, b] = [numbersOf(tag), numbersOf(current)];
  if (a.length === 0 || a[0] !== b[0]) return false;
  for (let i = 1; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    // `9.0` floats over 9.0.121: it is not older.
    if (x === undefined || y === undefined) return false;
    if (x !== y) return x < y;
  }
  return false;
}

function numbersOf(tag: string): readonly number[] {
  return (tag.slice(0, 128).match(/\d+/g) ?? []).map(Number);
}
