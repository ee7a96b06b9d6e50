import type { Position } from '../../protocol.ts';
import { contains } from '../text/edits.ts';
import { marksOf } from '../yaml/marks.ts';
import type { YamlFile } from '../yaml/parse.ts';
import type { Definition } from './answers.ts';

/** The anchor that the alias under the cursor repeats: the last of its name above it. */
export function anchorDefinition({ text, index }: YamlFile, uri: string, position: Position): Definition | undefined {
  const marks = marksOf(text);
  const alias = marks.find(({ type, start, end }) => type === 'alias' && contains(index.range(start, end), position));
  if (!alias) return undefined;
  const name = `&${alias.source.slice(1)}`;
  const anchor = marks.findLast(({ type, source, start }) => type === 'anchor' && source === name && start < alias.start);
  return anchor && { uri, range: index.range(anchor.start, anchor.end), from: index.range(alias.start, alias.end) };
}
