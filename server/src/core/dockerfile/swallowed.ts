import type { Dockerfile, RunInstruction, Span } from './model.ts';

/** A comment behind code in a continued RUN: Docker joins the lines first, so that the comment takes the rest along. */
export interface Swallowing extends Span {
  /** The first word that is lost. */
  readonly lost: Span;
  /** End of its line, the escape character included. */
  readonly lineEnd: number;
}

/** Finds such a comment in the lines of a RUN in shell form. Linear. */
export function swallowingComment({ text, escapeMark }: Dockerfile, run: RunInstruction): Swallowing | undefined {
  const end = run.headEnd;
  const sign = text.indexOf('#', run.body.start);
  if (sign < 0 || sign >= end) return undefined;
  const start = commentStart(text, run.body.start, end, escapeMark);
  if (start === undefined) return undefined;
  const newline = text.indexOf('\n', start);
  if (newline < 0 || newline >= end) return undefined;
  const line = text.slice(start, newline).trimEnd();
  const lost = firstCode(text, newline + 1, end);
  if (!line.endsWith(escapeMark) || !lost) return undefined;
  return { start, end: start + line.slice(0, -1).trimEnd().length, lineEnd: start + line.length, lost };
}

/** Offset of the first `#` that begins a word outside of quotes, and not a line: lines of comment are no text of the RUN. */
function commentStart(text: string, from: number, to: number, escapeMark: string): number | undefined {
  let quote = '';
  for (let at = from; at < to; at++) {
    const c = text[at] ?? '';
    if (c === escapeMark) at = afterEscape(text, at, to, quote === "'") - 1;
    else if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === '#' && (at === from || /[\s;&|()]/.test(text[at - 1] ?? ''))) return at;
    else if (/["'`]/.test(c)) quote = c;
  }
  return undefined;
}

/** Where the text goes on behind an escape character: in the next line of code, or behind the escaped character. */
function afterEscape(text: string, at: number, to: number, literal: boolean): number {
  const joint = /^[ \t\r]*\n/.exec(text.slice(at + 1, at + 100))?.[0].length;
  if (joint === undefined) return literal ? at + 1 : at + 2;
  return firstCode(text, at + 1 + joint, to)?.start ?? to;
}

/** The first word that is neither in a comment line nor in an empty one. */
function firstCode(text: string, from: number, to: number): Span | undefined {
  for (let at = from; at < to; at++) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 || newline > to ? to : newline;
    const word = /\S+/.exec(text.slice(at, end));
    if (word && !word[0].startsWith('#')) return { start: at + word.index, end: at + word.index + word[0].length };
    at = end;
  }
  return undefined;
}
