import type { Position, Range } from '../../protocol.ts';
import { contains } from '../text/edits.ts';
import { type Mark, marksOf } from '../yaml/marks.ts';
import type { YamlFile } from '../yaml/parse.ts';

/** An anchor's name: where the cursor stands on it, where the anchor is, and every place that has it. */
export interface AnchorName {
  readonly name: string;
  readonly range: Range;
  /** Of the anchor: the last of its name above an alias. */
  readonly definition: Range;
  /** Anchors and aliases of the name, in the order of the text. */
  readonly places: readonly Range[];
}

/** The anchor or alias under the cursor; ranges are those of the name, without `&` and `*`. */
export function anchorNameAt({ text, index }: YamlFile, position: Position): AnchorName | undefined {
  const marks = marksOf(text).filter(isName);
  const own = marks.find(({ start, end }) => contains(index.range(start, end), position));
  if (!own) return undefined;
  const name = own.source.slice(1);
  const named = marks.filter(({ source }) => source.slice(1) === name);
  const anchor = named.findLast(({ type, start }) => type === 'anchor' && start <= own.start);
  const range = ({ start, end }: Mark) => index.range(start + 1, end);
  return anchor && { name, range: range(own), definition: range(anchor), places: named.map(range) };
}

/** The names of all anchors of a file. */
export function anchorNames({ text }: YamlFile): ReadonlySet<string> {
  return new Set(
    marksOf(text)
      .filter(({ type }) => type === 'anchor')
      .map(({ source }) => source.slice(1)),
  );
}

function isName({ type }: Mark): boolean {
  return type === 'anchor' || type === 'alias';
}
