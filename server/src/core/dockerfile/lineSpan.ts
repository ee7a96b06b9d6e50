import type { Span } from './spans.ts';

/** A span widened to whole lines, its last line break included: what is deleted with an instruction. */
export function lineSpan(text: string, { start, end }: Span): Span {
  const from = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  return { start: from, end: newline < 0 ? text.length : newline + 1 };
}

const gap = /(?:[ \t]|[\\`][ \t]*\r?\n)*/y;

/** A span widened to the word behind it, over blanks and continuations: what is deleted with a flag. */
export function withGap(text: string, { start, end }: Span): Span {
  gap.lastIndex = end;
  return { start, end: end + (gap.exec(text)?.[0].length ?? 0) };
}
