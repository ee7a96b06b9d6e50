import type { Position, Range } from '../../protocol.ts';
import { comparePositions, type TextEdit } from './edits.ts';

/** Offsets to positions and back in one text; UTF-16 code units, lines end with `\n`, `\r\n` or `\r` as in LSP. */
export interface LineIndex {
  readonly lineCount: number;
  positionAt(offset: number): Position;
  offsetAt(position: Position): number;
  range(start: number, end: number): Range;
}

/** Indexes a text once, in linear time. */
export function lineIndex(text: string): LineIndex {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  const positionAt = (offset: number): Position => {
    const at = Math.max(0, Math.min(offset, text.length));
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return { line: low, character: at - (starts[low] ?? 0) };
  };
  return {
    lineCount: starts.length,
    positionAt,
    offsetAt: ({ line, character }) => {
      const start = starts[line];
      if (start === undefined) return text.length;
      return Math.min(start + character, starts[line + 1] ?? text.length);
    },
    range: (start, end) => ({ start: positionAt(start), end: positionAt(end) }),
  };
}

/** Applies edits that do not overlap, in linear time. Of insertions at one place the last stands first. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const index = lineIndex(text);
  const ordered = [...edits].sort((a, b) => comparePositions(b.range.start, a.range.start)).reverse();
  const pieces: string[] = [];
  let at = 0;
  for (const { range, text: replacement } of ordered) {
    pieces.push(text.slice(at, Math.max(at, index.offsetAt(range.start))), replacement);
    at = Math.max(at, index.offsetAt(range.end));
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}
