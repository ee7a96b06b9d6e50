import type { Flag, Pair, Word } from './model.ts';

/** A stretch of an instruction's blanked code: `code` starts at document offset `base`; `from` and `to` are offsets in it. */
export interface Slice {
  readonly code: string;
  readonly base: number;
  readonly from: number;
  readonly to: number;
  readonly escapeMark: string;
}

function isSpace(c: string | undefined): boolean {
  return c === ' ' || c === '\t' || c === '\n' || c === '\v' || c === '\f';
}

/** True where a continuation (backslash, newline) stands: it joins, like BuildKit does. */
function joinsAt(code: string, at: number): boolean {
  return code[at] === '\\' && code[at + 1] === '\n';
}

/** First offset at or after `from` that is neither blank nor a continuation. */
export function skipBlanks(code: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    if (joinsAt(code, at)) at += 2;
    else if (isSpace(code[at])) at++;
    else break;
  }
  return Math.min(at, to);
}

/** Words between blanks; quotes mean nothing (FROM, COPY, USER…). */
export function plainWords(slice: Slice): Word[] {
  return wordsOf(slice, false);
}

/** Words as ENV, ARG and LABEL read them: quotes and escapes keep blanks inside. */
export function quotedWords(slice: Slice): Word[] {
  return wordsOf(slice, true);
}

function wordsOf(slice: Slice, quotes: boolean): Word[] {
  const words: Word[] = [];
  let at = skipBlanks(slice.code, slice.from, slice.to);
  while (at < slice.to) {
    const word = wordAt(slice, at, quotes);
    words.push(word);
    at = skipBlanks(slice.code, word.end - slice.base, slice.to);
  }
  return words;
}

function wordAt(slice: Slice, start: number, quotes: boolean): Word {
  const { code, base, to } = slice;
  let end = start;
  while (end < to && !isSpace(code[end])) end++;
  const text = code.slice(start, end);
  // Nearly all words are what they say.
  if ((quotes ? /['"\\`]/ : /\\/).test(text)) return writtenWordAt(slice, start, quotes);
  return { text, value: text, start: base + start, end: base + end };
}

/** A word with quotes, escapes or continuations. */
function writtenWordAt({ code, base, to, escapeMark }: Slice, start: number, quotes: boolean): Word {
  const pieces: string[] = [];
  let at = start;
  while (at < to && !isSpace(code[at])) {
    const c = code[at] ?? '';
    if (joinsAt(code, at)) at += 2;
    else if (quotes && (c === '"' || c === "'")) at = quotedPart(code, at, to, escapeMark, pieces);
    else if (quotes && c === escapeMark && at + 1 < to) {
      pieces.push(code[at + 1] ?? '');
      at += 2;
    } else {
      pieces.push(c);
      at++;
    }
  }
  const end = Math.min(at, to);
  return { text: code.slice(start, end), value: pieces.join(''), start: base + start, end: base + end };
}

function quotedPart(code: string, open: number, to: number, escapeMark: string, pieces: string[]): number {
  const quote = code[open];
  let at = open + 1;
  while (at < to && code[at] !== quote) {
    const next = code[at + 1] ?? '';
    if (joinsAt(code, at)) at += 2;
    else if (quote === '"' && code[at] === escapeMark && (next === '"' || next === '$' || next === escapeMark)) {
      pieces.push(next);
      at += 2;
    } else {
      pieces.push(code[at] ?? '');
      at++;
    }
  }
  return at + 1;
}

const jsonString = /"(?:[^"\\]|\\.)*"/gs;

/** The strings of a JSON array (exec form), or undefined when it is not one. Spans include the quotes. */
export function jsonWords({ code, base, from, to }: Slice): Word[] | undefined {
  const start = skipBlanks(code, from, to);
  if (code[start] !== '[') return undefined;
  const text = code.slice(start, to).replaceAll('\\\n', '  ');
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) return undefined;
  const strings: readonly string[] = values;
  return [...text.matchAll(jsonString)].map((match, i) => {
    const at = base + start + match.index;
    return { text: match[0], value: strings[i] ?? '', start: at, end: at + match[0].length };
  });
}

/** Takes the flags at the head of an instruction's arguments; `next` is where the rest begins. */
export function takeFlags(slice: Slice): { readonly flags: readonly Flag[]; readonly next: number } {
  const flags: Flag[] = [];
  let at = skipBlanks(slice.code, slice.from, slice.to);
  while (slice.code.startsWith('--', at)) {
    const word = wordAt(slice, at, true);
    const end = word.end - slice.base;
    at = skipBlanks(slice.code, end, slice.to);
    if (word.text === '--') break;
    flags.push(flagOf(word));
  }
  return { flags, next: at };
}

function flagOf(word: Word): Flag {
  const equals = word.text.indexOf('=');
  if (equals < 0) return { name: word.text.slice(2), start: word.start, end: word.end };
  const text = word.text.slice(equals + 1);
  const value = word.value.slice(word.value.indexOf('=') + 1);
  return {
    name: word.text.slice(2, equals),
    start: word.start,
    end: word.end,
    value: { text, value, start: word.start + equals + 1, end: word.end },
  };
}

/** `NAME=value` pairs; `legacy` (ENV, LABEL) also takes `NAME the rest of the line`. */
export function pairsOf(slice: Slice, legacy: boolean): Pair[] {
  const words = quotedWords(slice);
  const first = words[0];
  const second = words[1];
  if (legacy && first && second && !first.text.includes('=')) {
    const start = second.start - slice.base;
    const text = slice.code.slice(start, slice.to);
    const value = { text, value: text.replaceAll('\\\n', ''), start: second.start, end: slice.base + slice.to };
    return [{ name: first, value, start: first.start, end: value.end }];
  }
  return words.map(pairOf);
}

function pairOf(word: Word): Pair {
  const equals = word.text.indexOf('=');
  const span = { start: word.start, end: word.end };
  if (equals < 0) return { name: word, ...span };
  const nameText = word.text.slice(0, equals);
  const name = { text: nameText, value: nameText.replace(/^["']|["']$/g, ''), start: word.start, end: word.start + equals };
  const value = {
    text: word.text.slice(equals + 1),
    value: word.value.slice(word.value.indexOf('=') + 1),
    start: word.start + equals + 1,
    end: word.end,
  };
  return { name, value, ...span };
}
