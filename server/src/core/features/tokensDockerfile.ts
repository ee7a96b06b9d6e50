import type { Dockerfile, FromInstruction, Instruction, RunInstruction, Span, WordsInstruction } from '../dockerfile/model.ts';
import { expandedSpans } from '../dockerfile/variableOccurrences.ts';
import { variableUses } from '../dockerfile/variableUses.ts';

/** The names that token types have in LSP, in the order of the legend. */
export const tokenTypes = [
  'keyword',
  'comment',
  'string',
  'variable',
  'parameter',
  'operator',
  'function',
  'namespace',
  'class',
  'property',
  'number',
  'macro',
  'type',
  'enumMember',
  'regexp',
] as const;

export type TokenType = (typeof tokenTypes)[number];

/** A coloured stretch of one line. */
export interface Token {
  readonly line: number;
  readonly character: number;
  readonly length: number;
  readonly type: TokenType;
}

/** Tokens in the order of the text, none across a line break; RUN bodies by their shell. Linear. */
export function dockerfileTokens(file: Dockerfile, span: Span = { start: 0, end: file.text.length }): readonly Token[] {
  // One colour per character, 0 for none: what is painted later lies on top.
  const colours = new Uint8Array(file.text.length);
  const paint = (type: TokenType | 'plain', { start, end }: Span) =>
    colours.fill(type === 'plain' ? 0 : tokenTypes.indexOf(type) + 1, start, end);
  for (const { start, end, value } of file.directives) {
    paint('macro', { start, end });
    paint('string', value);
  }
  for (const instruction of file.instructions) paintInstruction(file, instruction, paint);
  for (const comment of file.comments) paint('comment', comment);
  return tokensOf(file, colours, span);
}

type Paint = (type: TokenType | 'plain', span: Span) => void;

function paintInstruction(file: Dockerfile, instruction: Instruction, paint: Paint): void {
  if (instruction.kind === 'unknown') return;
  paint('keyword', instruction.keyword);
  paintBody(file, instruction, paint);
  for (const flag of instruction.flags) {
    paint('parameter', { start: flag.start, end: flag.start + flag.name.length + 2 });
    if (flag.value) paint(flag.name === 'from' ? 'class' : 'string', flag.value);
  }
  for (const { operator, terminator } of instruction.heredocs) {
    paint('operator', operator);
    if (terminator) paint('operator', terminator);
  }
  for (const { span, quotes } of expandedSpans(file, instruction)) {
    for (const use of variableUses(file.text, span, file.escapeMark, quotes)) paint('variable', use);
  }
}

function paintBody(file: Dockerfile, instruction: Instruction, paint: Paint): void {
  switch (instruction.kind) {
    case 'FROM':
      paintFrom(file, instruction, paint);
      return;
    case 'RUN':
      paintRun(file, instruction, paint);
      return;
    case 'ENV':
    case 'ARG':
    case 'LABEL':
      for (const { name, value } of instruction.pairs) {
        paint(instruction.kind === 'LABEL' ? 'property' : 'variable', name);
        if (value) paint('string', value);
      }
      return;
    case 'COPY':
    case 'ADD':
      for (const { body } of instruction.heredocs) paint('string', body);
      return;
    case 'ONBUILD':
      if (instruction.trigger) paintInstruction(file, instruction.trigger, paint);
      return;
    case 'EXPOSE':
      for (const word of instruction.words) paint('number', word);
      return;
    case 'ENTRYPOINT':
    case 'CMD':
    case 'SHELL':
    case 'VOLUME':
    case 'HEALTHCHECK':
      paintWords(instruction, paint);
      return;
    default:
  }
}

function paintFrom(file: Dockerfile, { image, as, name, stage }: FromInstruction, paint: Paint): void {
  if (image) paint(file.stages[stage ?? -1]?.parent ? 'class' : 'namespace', image);
  if (as) paint('keyword', as);
  if (name) paint('class', name);
}

function paintWords({ kind, json, words }: WordsInstruction, paint: Paint): void {
  if (json) for (const word of words) paint('string', word);
  const first = words[0];
  if (kind === 'HEALTHCHECK' && first && /^(?:CMD|NONE)$/i.test(first.value)) paint('keyword', first);
}

const reserved = /\b(?:if|then|elif|else|fi|for|in|while|until|do|done|case|esac|function)\b/g;
const operators = /&&|\|\||;;|[;|<>]|&(?=\s|$)/g;

function paintRun(file: Dockerfile, { script, heredocs, json }: RunInstruction, paint: Paint): void {
  if (json) {
    for (const word of json) paint('string', word);
    return;
  }
  for (const scope of script.scopes) {
    const text = file.text.slice(scope.start, scope.end);
    const each = (pattern: RegExp, type: TokenType) => {
      for (const match of text.matchAll(pattern))
        paint(type, { start: scope.start + match.index, end: scope.start + match.index + match[0].length });
    };
    paint('plain', scope);
    each(reserved, 'keyword');
    each(operators, 'operator');
    each(/(["'])(?:\\.|(?!\1)[^\\])*\1/gs, 'string');
    if (scope.kind === 'heredoc' || heredocs.length > 0) each(/^[ \t]*#[^\n]*/gm, 'comment');
  }
  for (const { words, prefixes } of script.commands) {
    for (const prefix of prefixes) paint('function', prefix);
    words.forEach((word, i) => {
      if (i === 0) paint('function', word);
      else if (/^["']/.test(word.text)) paint('string', word);
      else paint(/^[-+]./.test(word.text) ? 'parameter' : 'plain', word);
    });
  }
}

function tokensOf(file: Dockerfile, colours: Uint8Array, { start, end }: Span): readonly Token[] {
  const tokens: Token[] = [];
  let at = start;
  while (at < end) {
    const colour = colours[at] ?? 0;
    const from = at;
    while (at < end && colours[at] === colour && !isBreak(file.text, at)) at++;
    const type = tokenTypes[colour - 1];
    if (type && file.text.slice(from, at).trim() !== '') tokens.push({ ...file.index.positionAt(from), length: at - from, type });
    while (at < end && isBreak(file.text, at)) at++;
  }
  return tokens;
}

function isBreak(text: string, at: number): boolean {
  return text[at] === '\n' || text[at] === '\r';
}
