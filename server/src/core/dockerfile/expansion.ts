/** The mistakes that stop BuildKit when it replaces variables and takes quotes away (frontend/dockerfile/shell/lex.go). */

/** What is wrong in a word as written; offsets in it. */
export interface ExpansionProblem {
  readonly start: number;
  readonly end: number;
  readonly kind: 'double-quote' | 'single-quote' | 'brace' | 'slash' | 'name' | 'modifier';
  /** The modifier or the text that is not understood. */
  readonly what: string;
}

interface Reader {
  readonly text: string;
  readonly escapeMark: string;
  at: number;
}

/** Deeper nesting is read no further. */
const deepest = 50;

/** What every text has in which there can be a mistake. */
export const mayGoWrong = /['"]|\$\{/;

/** The first mistake of a word; undefined for one that BuildKit can read. Linear. */
export function expansionProblem(text: string, escapeMark: string): ExpansionProblem | undefined {
  if (!mayGoWrong.test(text)) return undefined;
  const reader: Reader = { text, escapeMark, at: 0 };
  while (reader.at < text.length) {
    const problem = step(reader, 0);
    if (problem) return problem;
  }
  return undefined;
}

/** One character, quoted part or variable. */
function step(reader: Reader, depth: number, raw = false): ExpansionProblem | undefined {
  const { text, escapeMark } = reader;
  const c = text[reader.at];
  if (c === "'") return singleQuoted(reader);
  if (c === '"') return doubleQuoted(reader, depth);
  if (c === '$') return variable(reader, depth);
  reader.at += c === escapeMark || (c === '\\' && (raw || text[reader.at + 1] === '\n')) ? 2 : 1;
  return undefined;
}

function singleQuoted(reader: Reader): ExpansionProblem | undefined {
  const start = reader.at;
  const close = reader.text.indexOf("'", start + 1);
  reader.at = close < 0 ? reader.text.length : close + 1;
  return close < 0 ? { start, end: reader.text.length, kind: 'single-quote', what: "'" } : undefined;
}

function doubleQuoted(reader: Reader, depth: number): ExpansionProblem | undefined {
  const { text, escapeMark } = reader;
  const start = reader.at++;
  while (reader.at < text.length) {
    const c = text[reader.at];
    if (c === '"') {
      reader.at++;
      return undefined;
    }
    // An escape character at the very end is let pass.
    if (c === escapeMark && reader.at + 1 >= text.length) {
      reader.at++;
      return undefined;
    }
    if (c === '$') {
      const problem = variable(reader, depth);
      if (problem) return problem;
    } else reader.at += c === escapeMark || (c === '\\' && text[reader.at + 1] === '\n') ? 2 : 1;
  }
  return { start, end: text.length, kind: 'double-quote', what: '"' };
}

const name = /(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])/y;

function variable(reader: Reader, depth: number): ExpansionProblem | undefined {
  const { text } = reader;
  const start = reader.at++;
  const braced = text[reader.at] === '{';
  if (braced) reader.at++;
  const first = text[reader.at];
  if (braced && (first === undefined || first === '{' || first === '}' || first === ':'))
    return { start, end: Math.min(text.length, reader.at + 1), kind: first === undefined ? 'brace' : 'name', what: text.slice(start) };
  name.lastIndex = reader.at;
  const found = name.exec(text);
  if (found) reader.at = name.lastIndex;
  return braced ? modified(reader, start, depth) : undefined;
}

/** What follows the name within braces. */
function modified(reader: Reader, start: number, depth: number): ExpansionProblem | undefined {
  const { text } = reader;
  const from = reader.at;
  const c = text[reader.at++];
  if (c === '}') return undefined;
  const colon = c === ':';
  const mark = colon ? text[reader.at++] : c;
  if (c === undefined || mark === undefined) return { start, end: text.length, kind: 'brace', what: text.slice(start, from) };
  if (!colon && mark === '/') {
    if (text[reader.at] === '/') reader.at++;
    return upTo(reader, '/', start, depth, true) ?? upTo(reader, '}', start, depth, true);
  }
  if (/[-+?]/.test(mark) || (!colon && /[#%]/.test(mark))) return upTo(reader, '}', start, depth, /[#%]/.test(mark));
  const what = text.slice(from, reader.at);
  const close = text.slice(from, from + 100).search(/[}\s]/);
  return { start, end: close < 0 ? reader.at : from + close + (text[from + close] === '}' ? 1 : 0), kind: 'modifier', what };
}

function upTo(reader: Reader, stop: string, start: number, depth: number, raw: boolean): ExpansionProblem | undefined {
  const { text } = reader;
  while (reader.at < text.length) {
    if (text[reader.at] === stop) {
      reader.at++;
      return undefined;
    }
    if (depth > deepest) reader.at++;
    else {
      const problem = step(reader, depth + 1, raw);
      if (problem) return problem;
    }
  }
  return { start, end: text.length, kind: stop === '/' ? 'slash' : 'brace', what: text.slice(start) };
}
