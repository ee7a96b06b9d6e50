/** Some lines of a text that YAML reads by themselves. */
export interface Piece {
  readonly text: string;
  /** The line that it begins on. */
  readonly line: number;
  /** `entry`: a key of the file with its value. `head`: a key whose value is the list that the `item` pieces behind it make. */
  readonly kind: 'entry' | 'head' | 'item';
}

/** Shorter blocks are not cut into the items of their list. Characters. */
const shortBlock = 1500;

/** Documents in one file, directives, keys after `?`, and line ends that YAML and editors count in different ways. */
const irregular = /^(?:---|\.\.\.|%|[ \t-]*\?(?:\s|$))|\r(?!\n)|^\uFEFF/m;
const keyLine = /^[A-Za-z_"'][^\n]*:/;
const listHead = /^[A-Za-z_][\w.-]*:[ ]*(?:#[^\n]*)?\r?\n(?:[ ]*(?:#[^\n]*)?\r?\n)*(?=( *)-[ \r\n])/;

/**
 * Cuts a text at the keys that begin a line, and long lists at their items; undefined for a text that is no such file.
 * A cut may be wrong where a text in quotes or a flow collection goes on over lines: then the piece before it cannot be read alone.
 */
export function cut(text: string): readonly Piece[] | undefined {
  if (irregular.test(text)) return undefined;
  const pieces: Piece[] = [];
  const starts = lineStarts(text);
  const key = (line: number) => keyLine.test(lineAt(text, starts, line));
  let line = 0;
  while (line < starts.length && !key(line)) {
    if (!/^ *(?:#.*)?\r?\n?$/.test(lineAt(text, starts, line))) return undefined;
    line++;
  }
  while (line < starts.length) {
    const first = line++;
    while (line < starts.length && !key(line)) line++;
    cutBlock(text, starts, first, line, pieces);
  }
  return pieces.length > 0 ? pieces : undefined;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0 && at + 1 < text.length; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(text: string, starts: readonly number[], line: number): string {
  return text.slice(starts[line], starts[line + 1] ?? text.length);
}

/** Adds the block from one line to another, as a whole or item by item. */
function cutBlock(text: string, starts: readonly number[], from: number, to: number, pieces: Piece[]): void {
  const begin = starts[from] ?? 0;
  const end = starts[to] ?? text.length;
  const block = text.slice(begin, end);
  const head = end - begin < shortBlock ? null : listHead.exec(block);
  if (!head) {
    pieces.push({ text: block, line: from, kind: 'entry' });
    return;
  }
  const dash = `${head[1] ?? ''}-`;
  const opens = (line: number) => {
    const start = starts[line] ?? 0;
    return text.startsWith(dash, start) && /[ \r\n]/.test(text.charAt(start + dash.length));
  };
  const piece = (first: number, last: number, kind: Piece['kind']) =>
    pieces.push({ text: text.slice(starts[first], starts[last] ?? text.length), line: first, kind });
  let line = from + 1;
  while (!opens(line)) line++;
  piece(from, line, 'head');
  while (line < to) {
    const first = line++;
    while (line < to && !opens(line)) line++;
    piece(first, line, 'item');
  }
}
