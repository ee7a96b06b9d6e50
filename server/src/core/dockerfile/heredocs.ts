import type { Span } from './spans.ts';

export interface HeredocStart {
  readonly name: string;
  readonly operator: Span;
  readonly chomp: boolean;
  readonly expand: boolean;
}

const mayHold = /^(?:onbuild\s+)*(?:run|copy|add)\s/i;

/**
 * Heredocs that an instruction's own lines open, by BuildKit's rule: a word that begins with digits and `<<`, blanks allowed
 * before the delimiter, quotes around any part of it switch expansion off.
 */
export function heredocsOf(code: string, base: number): readonly HeredocStart[] {
  if (!code.includes('<<') || !mayHold.test(code)) return [];
  const found: HeredocStart[] = [];
  let at = 0;
  let wordStart = true;
  while (at < code.length) {
    const start: HeredocStart | undefined = wordStart ? heredocAt(code, at, base) : undefined;
    if (start) found.push(start);
    const next = start ? start.operator.end - base : skipOne(code, at);
    // BuildKit reads the line as words first: with an open quote it has none.
    if (next > code.length) return [];
    wordStart = !start && isBreak(code, at);
    at = next;
  }
  return found;
}

function isBreak(code: string, at: number): boolean {
  return code[at] === ' ' || code[at] === '\t' || code[at] === '\n';
}

/** Offset behind a quoted part, an escaped character (a continuation leaves its newline) or one character. */
function skipOne(code: string, at: number): number {
  const c = code[at];
  if (c === "'" || c === '"') return closingQuote(code, at) + 1;
  return c === '\\' && code[at + 1] !== '\n' ? at + 2 : at + 1;
}

function isDigit(c: string | undefined): boolean {
  return c !== undefined && c >= '0' && c <= '9';
}

function closingQuote(code: string, open: number): number {
  const quote = code[open];
  for (let at = open + 1; at < code.length; at++) {
    if (code[at] === '\\' && quote === '"') at++;
    else if (code[at] === quote) return at;
  }
  return code.length;
}

function heredocAt(code: string, start: number, base: number): HeredocStart | undefined {
  let at = start;
  while (isDigit(code[at])) at++;
  if (code[at] !== '<' || code[at + 1] !== '<' || code[at + 2] === '<') return undefined;
  at += 2;
  const chomp = code[at] === '-';
  if (chomp) at++;
  while (code[at] === ' ' || code[at] === '\t') at++;
  const read = delimiterAt(code, at);
  if (!read || read.name === '') return undefined;
  const { name, quoted, end } = read;
  return { name, chomp, expand: !quoted, operator: { start: base + start, end: base + end } };
}

/** Only a blank ends the name: `<<EOF|sh` waits for a line `EOF|sh`; `<<EOF<` and an open quote begin nothing. */
function delimiterAt(code: string, from: number): { readonly name: string; readonly quoted: boolean; readonly end: number } | undefined {
  let name = '';
  let quoted = false;
  let at = from;
  while (at < code.length && !/\s/.test(code[at] ?? '')) {
    const c = code[at] ?? '';
    if (c === '<') return undefined;
    if (c === "'" || c === '"') {
      const close = closingQuote(code, at);
      if (close >= code.length) return undefined;
      name += code.slice(at + 1, close);
      quoted = true;
      at = close + 1;
    } else if (c === '\\' && at + 1 < code.length) {
      name += code[at + 1];
      at += 2;
    } else {
      name += c;
      at++;
    }
  }
  return { name, quoted, end: at };
}
