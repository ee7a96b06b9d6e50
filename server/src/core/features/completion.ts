import type { Range } from '../../protocol.ts';
import type { Dockerfile } from '../dockerfile/model.ts';
import type { Completion } from './answers.ts';

/** A completion before its place in the list is settled. */
export type Item = Omit<Completion, 'sortText'>;

/** The typed word around the cursor. */
export interface Typed {
  readonly start: number;
  /** The part in front of the cursor. */
  readonly text: string;
  /** Of the whole word, behind the cursor too. */
  readonly range: Range;
}

/** The word at an offset: what `stop` does not match, to both sides. */
export function typedWord(file: Dockerfile, offset: number, stop = /\s/): Typed {
  let start = offset;
  while (start > 0 && !stop.test(file.text[start - 1] ?? ' ')) start--;
  let end = offset;
  while (end < file.text.length && !stop.test(file.text[end] ?? ' ')) end++;
  return { start, text: file.text.slice(start, offset), range: file.index.range(start, end) };
}

/** Puts the answers in the order that they are given in. */
export function numbered(items: readonly Item[]): readonly Completion[] {
  return items.map((item, i) => ({ ...item, sortText: String(i).padStart(4, '0') }));
}

/** Plain words in place of the typed one. */
export function words(
  range: Range,
  kind: Completion['kind'],
  entries: readonly (readonly [label: string, detail?: string | undefined])[],
): readonly Item[] {
  return entries.map(([label, detail]) => ({ label, kind, edit: { range, text: label }, ...(detail ? { detail } : {}) }));
}
