import type { ImportNote, Range } from '../../../protocol.ts';
import { optional } from '../../text/optional.ts';
import type { MapEntry } from '../../yaml/tree.ts';

/** A place in the source: an entry, a value or an instruction. */
export type Place = { readonly keyRange: Range } | { readonly range: Range } | undefined;

/** Collects what of a source is not in the manifest as it was. */
export interface Notes {
  /** It did not carry over; without advice nobody misses it. */
  lost(at: Place, what: string, why: string, advice: string): void;
  /** It says something else now. */
  changed(at: Place, what: string, why: string, advice: string): void;
  /** A guess or a gap of the manifest. */
  todo(what: string, why: string, advice: string): void;
  all(): readonly ImportNote[];
}

export function collectNotes(): Notes {
  const notes: ImportNote[] = [];
  const add = (kind: ImportNote['kind'], at: Place, what: string, why: string, advice: string) =>
    void notes.push({ kind, what, why, advice, ...optional('line', lineOf(at)) });
  return {
    lost: (at, what, why, advice) => add(advice === '' ? 'needless' : 'lost', at, what, why, advice),
    changed: (at, what, why, advice) => add('changed', at, what, why, advice),
    todo: (what, why, advice) => add('todo', undefined, what, why, advice),
    all: () => [...notes].sort((a, b) => (a.line ?? -1) - (b.line ?? -1)),
  };
}

function lineOf(at: Place): number | undefined {
  if (!at) return undefined;
  return 'keyRange' in at ? at.keyRange.start.line : at.range.start.line;
}

/** What is said of keys that have no place in a manifest: why, and where what they do belongs (empty: nobody misses it). */
export type LostKeys = Readonly<Record<string, { readonly why: string; readonly advice: string }>>;

/** Notes every entry that is neither handled nor nothing at all. Keys `x-…` are the author's own. */
export function noteRest(
  entries: readonly MapEntry[],
  path: string,
  { handled, lost, format }: { readonly handled: readonly string[]; readonly lost: LostKeys; readonly format: string },
  notes: Notes,
): void {
  for (const entry of entries) {
    if (handled.includes(entry.key) || entry.key.startsWith('x-')) continue;
    const known = Object.hasOwn(lost, entry.key) ? lost[entry.key] : undefined;
    const why = known?.why ?? `\`${entry.key}\` is no key of ${format} that is known here.`;
    notes.lost(entry, `${path}.${entry.key}`, why, known?.advice ?? 'Look up what it does, and write it down where that belongs.');
  }
}
