import { marksOf } from '../yaml/marks.ts';
import type { YamlFile } from '../yaml/parse.ts';
import type { ListNode, MapNode, YamlNode } from '../yaml/tree.ts';
import type { FoldingRange } from './outlineDockerfile.ts';

/** Entries and items that go over several lines, block scalars, brackets, and comments of several lines. */
export function foldManifest(yaml: YamlFile): readonly FoldingRange[] {
  const folds = new Map<string, FoldingRange>();
  const put = (startLine: number, endLine: number, kind?: 'comment') => {
    const key = `${startLine}:${endLine}`;
    if (endLine > startLine && !folds.has(key)) folds.set(key, { startLine, endLine, ...(kind ? { kind } : {}) });
  };
  const enter = (node: YamlNode): void => {
    if (node.kind === 'scalar') return;
    if (node.flow) put(node.range.start.line, lastLine(yaml, node));
    for (const [line, value] of parts(node)) {
      // A value behind an alias stands elsewhere.
      if (value.range.start.line >= line) put(line, lastLine(yaml, value));
      enter(value);
    }
  };
  if (yaml.root) enter(yaml.root);
  for (const [first, last] of commentBlocks(yaml)) put(first, last, 'comment');
  return [...folds.values()].sort((a, b) => a.startLine - b.startLine || a.endLine - b.endLine);
}

/** What a map or a list is made of, with the line that each begins on. */
function parts(node: MapNode | ListNode): readonly (readonly [number, YamlNode])[] {
  if (node.kind === 'map') return node.entries.map(({ keyRange, value }) => [keyRange.start.line, value]);
  return node.items.map((item) => [item.range.start.line, item]);
}

/** The last line of a value that holds a sign; the blank lines behind it do not belong to it. */
function lastLine({ text, index }: YamlFile, { range }: YamlNode): number {
  const start = index.offsetAt(range.start);
  const shown = text.slice(start, index.offsetAt(range.end)).trimEnd();
  return index.positionAt(start + shown.length).line;
}

/** First and last lines of comments that stand on lines of their own, one below the other. */
function commentBlocks({ text, index }: YamlFile): readonly (readonly [number, number])[] {
  const blocks: [number, number][] = [];
  for (const { type, start } of marksOf(text)) {
    if (type !== 'comment') continue;
    const { line, character } = index.positionAt(start);
    if (text.slice(start - character, start).trim() !== '') continue;
    const last = blocks.at(-1);
    if (last && last[1] === line - 1) last[1] = line;
    else blocks.push([line, line]);
  }
  return blocks;
}
