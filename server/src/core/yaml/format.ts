import type { CST } from 'yaml';
import type { Position, Range } from '../../protocol.ts';
import { comparePositions, type TextEdit } from '../text/edits.ts';
import { applyEdits, type LineIndex } from '../text/lineIndex.ts';
import { type LayoutStyle, layoutOf, type YamlLayout } from './layout.ts';
import type { YamlFile } from './parse.ts';
import { sameYaml } from './sameYaml.ts';
import { concreteSyntax } from './source.ts';

/** What an editor says of indentation; tabs cannot indent YAML. */
export interface YamlFormat {
  readonly tabSize: number;
  readonly insertSpaces: boolean;
}

/**
 * Edits that make a file tidy: nesting by one step, one blank where one belongs, no blanks at the ends of lines, never two blank
 * lines. Comments, order, anchors, quotes and the text of block scalars stay; so does what most
 * of the file does: lists flush with their key or moved in, brackets with or without blanks. None for a file that is no valid YAML, and
 * none where the result would mean anything else.
 * @param range only lines that it touches; the whole entries around it where its lines alone cannot be moved
 */
export function formatYaml(yaml: YamlFile, options: YamlFormat, range?: Range): readonly TextEdit[] {
  if (!yaml.root || yaml.problems.some(({ fatal }) => fatal)) return [];
  const all = editsOf(yaml, options);
  if (!range) return safe(yaml, all);
  const whole = { start: { ...range.start, character: 0 }, end: { ...range.end, character: Number.MAX_SAFE_INTEGER } };
  const lines = safe(
    yaml,
    all.filter((edit) => touches(edit.range, whole)),
  );
  if (lines.length > 0) return lines;
  const around = entriesAround(yaml, range);
  return safe(
    yaml,
    all.filter((edit) => touches(edit.range, around)),
  );
}

function safe(yaml: YamlFile, edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.length > 0 && sameYaml(yaml, applyEdits(yaml.text, edits)) ? edits : [];
}

function touches(edit: Range, range: Range): boolean {
  return comparePositions(edit.start, range.end) <= 0 && comparePositions(range.start, edit.end) <= 0;
}

/** The range widened to the beginnings of the outermost entries that it lies in. */
function entriesAround({ root }: YamlFile, range: Range): Range {
  if (root?.kind !== 'map') return range;
  const start = root.entries.findLast(({ keyRange }) => keyRange.start.line <= range.start.line)?.keyRange.start.line ?? 0;
  const after = root.entries.find(({ keyRange }) => keyRange.start.line > range.end.line)?.keyRange.start.line;
  const end: Position =
    after === undefined ? { line: Number.MAX_SAFE_INTEGER, character: 0 } : { line: after - 1, character: Number.MAX_SAFE_INTEGER };
  return { start: { line: start, character: 0 }, end };
}

function editsOf(yaml: YamlFile, options: YamlFormat): readonly TextEdit[] {
  const { text, index } = yaml;
  const tokens = concreteSyntax(text);
  const layout = layoutOf(text, tokens, styleOf(text, tokens, options));
  const gaps = layout.gaps.map(({ start, end, text: wanted }) => ({ range: index.range(start, end), text: wanted }));
  return [...gaps, ...lineEdits(text, index, layout)].sort((a, b) => comparePositions(a.range.start, b.range.start));
}

/** The step of the editor, and what most of the file does. */
function styleOf(text: string, tokens: readonly CST.Token[], { tabSize, insertSpaces }: YamlFormat): LayoutStyle {
  const votes = { flush: 0, paddedMaps: 0, paddedLists: 0 };
  const voteOnBrackets = (token: CST.FlowCollection): void => {
    const behind = text[token.offset + 1] ?? '\n';
    if (token.items.length === 0 || behind === '\n' || behind === '\r') return;
    votes[token.start.type === 'flow-map-start' ? 'paddedMaps' : 'paddedLists'] += behind === ' ' ? 1 : -1;
  };
  const enter = (token: CST.Token | null | undefined): void => {
    if (token?.type === 'document') enter(token.value);
    if (token?.type === 'flow-collection') voteOnBrackets(token);
    if (token?.type !== 'block-map' && token?.type !== 'block-seq' && token?.type !== 'flow-collection') return;
    for (const { value } of token.items) {
      if (token.type === 'block-map' && value?.type === 'block-seq') votes.flush += value.indent === token.indent ? 1 : -1;
      enter(value);
    }
  };
  for (const token of tokens) enter(token);
  return {
    step: insertSpaces && tabSize >= 2 && tabSize <= 8 ? tabSize : 2,
    flushLists: votes.flush > 0,
    paddedMaps: votes.paddedMaps >= 0,
    paddedLists: votes.paddedLists > 0,
  };
}

interface Line {
  readonly number: number;
  readonly start: number;
  /** Behind the last sign, before the line break. */
  readonly end: number;
  readonly indent: number;
  readonly content: string;
}

function linesOf(text: string, index: LineIndex): readonly Line[] {
  return Array.from({ length: index.lineCount }, (_, number) => {
    const start = index.offsetAt({ line: number, character: 0 });
    const next = number + 1 < index.lineCount ? index.offsetAt({ line: number + 1, character: 0 }) : text.length;
    const whole = text.slice(start, next).replace(/[\r\n]+$/, '');
    const indent = /^[ \t]*/.exec(whole)?.[0].length ?? 0;
    return { number, start, end: start + whole.length, indent, content: whole.trim() };
  });
}

function lineEdits(text: string, index: LineIndex, layout: YamlLayout): readonly TextEdit[] {
  const lines = linesOf(text, index);
  const last = lines.findLast(({ content }) => content !== '')?.number ?? -1;
  const newColumns = columnsOf(lines, layout);
  const edits: TextEdit[] = [];
  const put = (start: number, end: number, wanted: string) => {
    if (text.slice(start, end) !== wanted) edits.push({ range: index.range(start, end), text: wanted });
  };
  for (const line of lines.slice(0, last + 1)) {
    const isLiteral = layout.bodies.has(line.number) || layout.followers.has(line.number);
    const column = newColumns.get(line.number);
    if (column !== undefined) put(line.start, line.start + line.indent, ' '.repeat(column));
    if (isLiteral) continue;
    if (line.content !== '') {
      if (!layout.followers.has(line.number + 1)) put(line.start + line.indent + line.content.length, line.end, '');
    } else if (isSecondBlank(lines, line, layout)) put(line.start, index.offsetAt({ line: line.number + 1, character: 0 }), '');
    else put(line.start, line.end, '');
  }
  return [...edits, ...endEdits(text, index, lines[last], layout)];
}

/** A blank line at the beginning, or below another. */
function isSecondBlank(lines: readonly Line[], line: Line, layout: YamlLayout): boolean {
  const above = lines[line.number - 1];
  return !above || (above.content === '' && !layout.bodies.has(above.number) && !layout.followers.has(above.number));
}

/** One line break at the end. */
function endEdits(text: string, index: LineIndex, last: Line | undefined, layout: YamlLayout): readonly TextEdit[] {
  if (!last || layout.openEnd) return [];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return text.slice(last.end) === newline ? [] : [{ range: index.range(last.end, text.length), text: newline }];
}

/** The column that each line's first sign comes to; lines without one stay. */
function columnsOf(lines: readonly Line[], layout: YamlLayout): ReadonlyMap<number, number> {
  const columns = new Map(layout.columns);
  for (const [number, first] of layout.followers) {
    const line = lines[number];
    const own = lines[first];
    if (!line || !own || line.content === '' || columns.has(number)) continue;
    const moved = (columns.get(first) ?? own.indent) - own.indent;
    columns.set(number, Math.max(0, line.indent + moved));
  }
  for (const [number, { old, now }] of layout.bodies) {
    const line = lines[number];
    if (!line) continue;
    if (line.content !== '' || line.indent > old) columns.set(number, Math.max(0, line.indent + now - old));
    else columns.set(number, 0);
  }
  for (const line of lines) {
    if (line.content.startsWith('#') && !columns.has(line.number)) columns.set(line.number, commentColumn(lines, line, columns));
  }
  return columns;
}

/** A comment goes where the line goes that it stands above, else where those go that it stands in line with. */
function commentColumn(lines: readonly Line[], line: Line, columns: ReadonlyMap<number, number>): number {
  const isCode = ({ content, number }: Line) => content !== '' && !content.startsWith('#') && columns.has(number);
  const next = lines.slice(line.number + 1).find(isCode);
  if (next?.indent === line.indent) return columns.get(next.number) ?? line.indent;
  let deepest = Number.POSITIVE_INFINITY;
  for (let i = line.number - 1; i >= 0; i--) {
    const above = lines[i];
    if (!above || !isCode(above) || above.indent >= deepest) continue;
    if (above.indent === line.indent) return columns.get(i) ?? line.indent;
    deepest = above.indent;
    if (deepest < line.indent) break;
  }
  return next ? Math.max(0, line.indent + (columns.get(next.number) ?? next.indent) - next.indent) : line.indent;
}
