import type { Position } from '../../protocol.ts';
import type { TextEdit } from '../text/edits.ts';
import type { YamlFormat } from '../yaml/format.ts';
import type { YamlFile } from '../yaml/parse.ts';

/**
 * The indentation of a line that was just begun: one step below a key without a value, in line with the key of a list item, as
 * deep as what follows in the same block. None inside block scalars, whose text is their own.
 */
export function newLineManifest(yaml: YamlFile, position: Position, options: YamlFormat): readonly TextEdit[] {
  const lines = linesAround(yaml, position.line);
  const above = lines.above.findLast((line) => line.trim() !== '');
  if (above === undefined || inBlockScalar(lines.above)) return [];
  const present = indentOf(lines.own);
  const wanted = wantedIndent(above, lines.below, options);
  if (present === wanted) return [];
  const { line } = position;
  return [{ range: { start: { line, character: 0 }, end: { line, character: present } }, text: ' '.repeat(wanted) }];
}

/** Lines that are looked at for the block scalar that a line may be in. */
const farthest = 400;

function linesAround({ text, index }: YamlFile, line: number) {
  const at = (number: number) => index.offsetAt({ line: number, character: 0 });
  const split = (from: number, to: number) => text.slice(from, to).split(/\r\n|\r|\n/);
  const own = at(line);
  const end = line + 1 < index.lineCount ? at(line + 1) : text.length;
  return {
    above: split(at(Math.max(0, line - farthest)), own).slice(0, -1),
    own: split(own, end)[0] ?? '',
    below: split(end, Math.min(text.length, end + 2000)).find((next) => next.trim() !== '' && !next.trim().startsWith('#')),
  };
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

const blockHeader = /(?:^|[\s:-])[|>][-+1-9]*$/;

/** A line without its comment, as far as that can be told without a parse. */
function withoutComment(line: string): string {
  return line.replace(/(?:^|\s)#.*$/, '').trimEnd();
}

/** The nearest line above that is less indented opens a block scalar. */
function inBlockScalar(above: readonly string[]): boolean {
  let depth = Number.POSITIVE_INFINITY;
  for (let i = above.length - 1; i >= 0; i--) {
    const line = above[i] ?? '';
    if (line.trim() === '' || indentOf(line) >= depth) continue;
    const isFirst = depth === Number.POSITIVE_INFINITY;
    depth = indentOf(line);
    if (!isFirst && blockHeader.test(withoutComment(line))) return true;
  }
  return false;
}

function wantedIndent(above: string, below: string | undefined, { tabSize, insertSpaces }: YamlFormat): number {
  const step = insertSpaces && tabSize >= 2 && tabSize <= 8 ? tabSize : 2;
  const [lead = ''] = /^ *(?:- +)*(?:-$)?/.exec(above.trimEnd()) ?? [];
  const column = lead.endsWith('-') ? lead.length + 1 : lead.length;
  const said = withoutComment(above);
  const opens = /:(?:\s+[&!]\S+)*$/.test(said) || blockHeader.test(said);
  if (!opens) return /^ *- /.test(above) && !/^ *- +[\w"'./-]+ *:(?:\s|$)/.test(above) ? indentOf(above) : column;
  const deeper = below === undefined ? 0 : indentOf(below);
  return deeper > column ? deeper : column + step;
}
