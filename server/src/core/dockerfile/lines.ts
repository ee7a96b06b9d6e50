import { type HeredocStart, heredocsOf } from './heredocs.ts';
import type { Comment, Directive, Heredoc } from './model.ts';

/** One instruction cut from the file: its own lines as `code`, blanked at the same length, and its heredocs. */
export interface RawInstruction {
  readonly start: number;
  /** End of the last own line without trailing blanks. */
  readonly headEnd: number;
  /** End including the heredocs. */
  readonly end: number;
  /**
   * The text from `start` to `headEnd` at the same length, where a continuation is always a backslash before a newline,
   * and carriage returns, comment lines and empty lines inside the instruction are blanks.
   */
  readonly code: string;
  readonly heredocs: readonly Heredoc[];
}

export interface ScannedFile {
  readonly escapeMark: '\\' | '`';
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
  readonly instructions: readonly RawInstruction[];
}

interface Line {
  readonly start: number;
  /** Without the line break. */
  readonly end: number;
  readonly next: number;
}

const directivePattern = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S(?:.*\S)?)\s*$/;
const knownDirectives = new Set(['syntax', 'escape', 'check']);

/** Cuts a file into directives, comments and instructions as BuildKit's parser does (frontend/dockerfile/parser). Linear. */
export function scanLines(text: string): ScannedFile {
  const lines = physicalLines(text);
  const { directives, escapeMark, next } = headDirectives(text, lines);
  const comments: Comment[] = [];
  const instructions: RawInstruction[] = [];
  let at = next;
  while (at < lines.length) {
    const line = lines[at];
    if (!line) break;
    const first = firstNonBlank(text, line);
    if (first === line.end) at++;
    else if (text[first] === '#') {
      comments.push(commentAt(text, first, line.end));
      at++;
    } else {
      const taken = takeInstruction(text, lines, at, first, escapeMark, comments);
      instructions.push(taken.instruction);
      at = taken.next;
    }
  }
  return { escapeMark, directives, comments, instructions };
}

function physicalLines(text: string): Line[] {
  const lines: Line[] = [];
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (start <= text.length) {
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length + 1 : newline + 1;
    let end = newline < 0 ? text.length : newline;
    while (end > start && text[end - 1] === '\r') end--;
    lines.push({ start, end, next });
    start = next;
  }
  return lines;
}

function firstNonBlank(text: string, line: Line): number {
  let at = line.start;
  while (at < line.end && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x85;
}

function commentAt(text: string, start: number, end: number): Comment {
  let textStart = start + 1;
  while (textStart < end && isBlank(text.charCodeAt(textStart))) textStart++;
  return { start, end, text: text.slice(textStart, end).trimEnd(), textStart };
}

function headDirectives(text: string, lines: readonly Line[]) {
  const directives: Directive[] = [];
  let escapeMark: '\\' | '`' = '\\';
  let next = 0;
  for (const line of lines) {
    const written = text.slice(line.start, line.end);
    const match = directivePattern.exec(written);
    const name = match?.[1]?.toLowerCase() ?? '';
    if (!match || !knownDirectives.has(name)) break;
    const value = match[2] ?? '';
    const valueStart = line.start + written.lastIndexOf(value);
    if (name === 'escape' && (value === '`' || value === '\\')) escapeMark = value;
    directives.push({
      name,
      start: line.start,
      end: line.end,
      value: { text: value, value, start: valueStart, end: valueStart + value.length },
    });
    next++;
  }
  return { directives, escapeMark, next };
}

function takeInstruction(text: string, lines: readonly Line[], from: number, first: number, escapeMark: string, comments: Comment[]) {
  const head = takeHead(text, lines, from, first, escapeMark, comments);
  let headEnd = head.end;
  while (headEnd > first && isBlank(text.charCodeAt(headEnd - 1))) headEnd--;
  const code = head.code.slice(0, headEnd - first);
  const heredocs = takeHeredocs(text, lines, head.next, heredocsOf(code, first));
  const instruction: RawInstruction = { start: first, headEnd, end: Math.max(headEnd, heredocs.end), code, heredocs: heredocs.found };
  return { instruction, next: heredocs.next };
}

/** The instruction's own lines, blanked: up to the first one that does not go on. */
function takeHead(text: string, lines: readonly Line[], from: number, first: number, escapeMark: string, comments: Comment[]) {
  const pieces: string[] = [];
  let end = first;
  let at = from;
  for (let open = true; open && at < lines.length; at++) {
    const line = lines[at];
    if (!line) break;
    const start = at === from ? first : line.start;
    const content = at === from ? first : firstNonBlank(text, line);
    if (at > from && (content === line.end || text[content] === '#')) {
      if (content < line.end) comments.push(commentAt(text, content, line.end));
      pieces.push(' '.repeat(line.next - line.start));
      continue;
    }
    const mark = continuation(text, start, line.end, escapeMark);
    open = mark >= 0;
    end = open ? mark : line.end;
    pieces.push(text.slice(start, end).replaceAll('\r', ' '));
    if (open) pieces.push(`${' '.repeat(Math.max(0, line.next - 2 - end))}\\\n`.slice(0, line.next - end));
  }
  return { code: pieces.join(''), end, next: at };
}

/** Offset of the escape character that continues the line, or -1. A doubled one does not continue (BuildKit's rule). */
function continuation(text: string, start: number, end: number, escapeMark: string): number {
  let at = end - 1;
  while (at >= start && (text[at] === ' ' || text[at] === '\t')) at--;
  if (at < start || text[at] !== escapeMark) return -1;
  return at > start && text[at - 1] === escapeMark ? -1 : at;
}

function takeHeredocs(text: string, lines: readonly Line[], from: number, starts: readonly HeredocStart[]) {
  const found: Heredoc[] = [];
  let at = from;
  let end = 0;
  for (const { name, operator, chomp, expand } of starts) {
    const bodyStart = Math.min(lines[at]?.start ?? text.length, text.length);
    let terminator: Line | undefined;
    let bodyEnd = text.length;
    while (at < lines.length && !terminator) {
      const line = lines[at++];
      if (!line) break;
      const candidate = text.slice(line.start, line.end);
      if ((chomp ? candidate.replace(/^\t+/, '') : candidate) === name) {
        terminator = line;
        bodyEnd = line.start;
      }
    }
    end = terminator ? terminator.end : text.length;
    found.push({
      name,
      operator,
      chomp,
      expand,
      body: { start: bodyStart, end: bodyEnd },
      ...(terminator ? { terminator: { start: terminator.start, end: terminator.end } } : {}),
    });
  }
  return { found, next: at, end };
}
