import type { TextEdit } from '../text/edits.ts';
import type { YamlFile } from '../yaml/parse.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** Takes an item of a list in block style away, with its lines; undefined for other styles, where the commas would be a guess. */
export function withoutItem({ text, index }: YamlFile, item: YamlNode): TextEdit | undefined {
  const start = index.offsetAt(item.range.start);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (!/^[ \t]*-[ \t]+$/.test(text.slice(lineStart, start))) return undefined;
  const last = text.slice(0, index.offsetAt(item.range.end)).trimEnd().length;
  const newline = text.indexOf('\n', last);
  return { range: index.range(lineStart, newline < 0 ? text.length : newline + 1), text: '' };
}
