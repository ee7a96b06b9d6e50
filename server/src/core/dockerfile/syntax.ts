import { ValidationCode, ValidationSeverity, validate } from 'dockerfile-utils';
import { optional } from '../text/optional.ts';
import { suggest } from '../text/suggest.ts';
import { grammarProblems } from './grammar.ts';
import { masked } from './masked.ts';
import type { Dockerfile, Flag, Instruction, SyntaxProblem } from './model.ts';
import { isWhollyPlain } from './plainlyValid.ts';
import { documentedKeywords, instructionReference } from './reference.ts';

type Diagnostic = ReturnType<typeof validate>[number];

/** Style is the business of rules, not of syntax. */
const settings = {
  deprecatedMaintainer: ValidationSeverity.IGNORE,
  directiveCasing: ValidationSeverity.IGNORE,
  emptyContinuationLine: ValidationSeverity.IGNORE,
  instructionCasing: ValidationSeverity.IGNORE,
  instructionCmdMultiple: ValidationSeverity.IGNORE,
  instructionEntrypointMultiple: ValidationSeverity.IGNORE,
  instructionHealthcheckMultiple: ValidationSeverity.IGNORE,
  instructionJSONInSingleQuotes: ValidationSeverity.WARNING,
  instructionWorkdirRelative: ValidationSeverity.IGNORE,
};

/** Codes that have a rule or a check of their own, which knows more. */
const ownRules: ReadonlySet<number> = new Set([
  ValidationCode.BASE_NAME_EMPTY,
  ValidationCode.DUPLICATE_BUILD_STAGE_NAME,
  ValidationCode.INVALID_DESTINATION,
  ValidationCode.INVALID_PORT,
  ValidationCode.INVALID_PROTO,
]);

/** What `conversion.ts` looks for itself, as BuildKit does. */
const ownChecks: ReadonlySet<number> = new Set([
  ValidationCode.INVALID_REFERENCE_FORMAT,
  ValidationCode.INVALID_SIGNAL,
  ValidationCode.SYNTAX_MISSING_DOUBLE_QUOTE,
  ValidationCode.SYNTAX_MISSING_SINGLE_QUOTE,
  ValidationCode.UNSUPPORTED_MODIFIER,
]);

/** Zero means the default of a health check: BuildKit takes it in any unit, and without one. */
const zeroCodes: ReadonlySet<number> = new Set([
  ValidationCode.FLAG_AT_LEAST_ONE,
  ValidationCode.FLAG_LESS_THAN_1MS,
  ValidationCode.FLAG_MISSING_DURATION,
]);

/** Codes that rules about style and policy stand for. */
const elsewhere = new Set([
  ...['CASING_INSTRUCTION', 'CASING_DIRECTIVE', 'DEPRECATED_MAINTAINER', 'EMPTY_CONTINUATION_LINE', 'MULTIPLE_INSTRUCTIONS'],
  'WORKDIR_IS_NOT_ABSOLUTE',
]);

/** Names of the codes that this file can answer with. */
export const syntaxCodes: readonly string[] = Object.entries(ValidationCode).flatMap(([name, code]) =>
  typeof code === 'number' && !ownRules.has(code) && !elsewhere.has(name) ? [name] : [],
);

/** BuildKit's and hadolint's names of the same checks. */
const peers: Readonly<Record<number, readonly string[]>> = {
  [ValidationCode.NO_SOURCE_IMAGE]: ['DL3061'],
  [ValidationCode.ONBUILD_TRIGGER_DISALLOWED]: ['DL3043'],
  [ValidationCode.ONBUILD_CHAINING_DISALLOWED]: ['DL3043'],
  [ValidationCode.FLAG_EXPECTED_BOOLEAN_VALUE]: ['FLAG_INVALID_LINK_VALUE'],
};

/**
 * What BuildKit would refuse. dockerfile-utils judges the file with everything masked, at the same length, that it is known
 * to misread: bodies and operators of heredocs, comments that look like directives, new flags.
 * @param closely also what is plainly valid is shown to it
 */
export function syntaxProblems(file: Dockerfile, closely = false): readonly SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  for (const instruction of file.instructions) {
    for (const heredoc of instruction.heredocs) {
      if (heredoc.terminator) continue;
      const message = `The here-document \`${heredoc.name}\` never ends: a line that holds only \`${heredoc.name}\` must follow.`;
      problems.push({ ...heredoc.operator, message, severity: 'error', aliases: [] });
    }
  }
  if (file.instructions.length === 0) return emptyFile(file);
  problems.push(...grammarProblems(file));
  if (!closely && isWhollyPlain(file)) return problems;
  const said = validateInParts(file, masked(file, closely));
  if (said.length === 0 && !problems.some(({ severity }) => severity === 'error')) problems.push(...unvalidated(file));
  for (const diagnostic of said) {
    const problem = problemOf(file, diagnostic);
    // One word is wrong once: what follows from that says nothing new.
    if (problem && !problems.some(({ start, end }) => start === problem.start && end === problem.end)) problems.push(problem);
  }
  return problems;
}

/** A file of comments alone cannot be built; one that is empty is only just begun. */
function emptyFile({ text, directives, comments }: Dockerfile): readonly SyntaxProblem[] {
  const first = directives[0] ?? comments[0];
  if (!first || text.trim() === '') return [];
  const message = 'This Dockerfile has no instruction: begin with FROM.';
  return [{ start: first.start, end: first.end, message, severity: 'error', aliases: [] }];
}

/** The library gives no answer to some files without a stage, and these are never right. */
function unvalidated({ instructions, stages, text }: Dockerfile): readonly SyntaxProblem[] {
  const early = instructions.find(({ kind, stage }) => kind !== 'ARG' && stage === undefined);
  const outside = early ?? (stages.length > 0 ? undefined : instructions[0]);
  if (!outside) return [];
  const { start, end } = outside.keyword;
  if (outside.kind !== 'unknown')
    return [{ start, end, message: 'No stage has begun: FROM comes first.', severity: 'error', aliases: ['NO_SOURCE_IMAGE', 'DL3061'] }];
  const message = `Unknown instruction: ${text.slice(start, end).toUpperCase()}.`;
  return [{ start, end, message, severity: 'error', aliases: ['UNKNOWN_INSTRUCTION'] }];
}

const partLength = 400;

/** The library takes quadratic time, and what it says of an instruction needs no other: long files are handed to it in parts. */
function validateInParts(file: Dockerfile, text: string): readonly Diagnostic[] {
  const first = file.instructions.findIndex(({ kind }) => kind === 'FROM');
  if (first < 0 || file.instructions.length <= partLength) return validateGuarded(text);
  const starts = file.instructions.flatMap(({ start }, i) => (i > first && i % partLength === 0 ? [start] : []));
  const head = `${file.escapeMark === '`' ? '# escape=`\n' : ''}FROM scratch\n`;
  const added = head.split('\n').length - 1;
  const parts = [validateGuarded(text.slice(0, starts[0]))];
  for (const [i, start] of starts.entries()) {
    const line = file.index.positionAt(start).line;
    const from = file.index.offsetAt({ line, character: 0 });
    const move = ({ line: at, character }: Diagnostic['range']['start']) => ({ line: at - added + line, character });
    const said = validateGuarded(head + text.slice(from, starts[i + 1])).filter(({ range }) => range.start.line >= added);
    parts.push(
      said.map((diagnostic) => ({ ...diagnostic, range: { start: move(diagnostic.range.start), end: move(diagnostic.range.end) } })),
    );
  }
  return parts.flat();
}

function validateGuarded(text: string): readonly Diagnostic[] {
  try {
    return validateWithoutComments(text);
  } catch {
    // Known recursion of the library on instructions outside of any stage: no answer is better than a wrong one.
    return [];
  }
}

/** What is masked as a comment says nothing to the library and costs it time: those lines are left out. */
function validateWithoutComments(text: string): readonly Diagnostic[] {
  const lines = text.split(/(?<=\n)|(?<=\r)(?!\n)/);
  const kept: number[] = [];
  for (const [i, line] of lines.entries()) if (!/^#[ \r\n]*$/.test(line)) kept.push(i);
  const written = kept.map((i) => lines[i]).join('');
  const moved = ({ line, character }: Diagnostic['range']['start']) => ({ line: kept[line] ?? lines.length, character });
  return validate(written, settings).map((diagnostic) => ({
    ...diagnostic,
    range: { start: moved(diagnostic.range.start), end: moved(diagnostic.range.end) },
  }));
}

function problemOf(file: Dockerfile, diagnostic: Diagnostic): SyntaxProblem | undefined {
  const code = typeof diagnostic.code === 'number' ? diagnostic.code : -1;
  const start = file.index.offsetAt(diagnostic.range.start);
  const end = file.index.offsetAt(diagnostic.range.end);
  if (isWrong(file, code, start, end)) return undefined;
  const name = ValidationCode[code];
  const last = file.instructions.at(-1);
  // Only ARGs so far: what is missing comes after them.
  if (code === ValidationCode.NO_SOURCE_IMAGE && end === start && last) {
    const message = 'No FROM follows: a Dockerfile needs at least one stage.';
    return { start: last.keyword.start, end: last.keyword.end, message, severity: 'error', aliases: ['NO_SOURCE_IMAGE'] };
  }
  const meant = meantBy(name ?? '', file.text.slice(start, end));
  const said =
    code === ValidationCode.INVALID_BUILD_STAGE_NAME ? impossibleName(file.text.slice(start, end)) : messageOf(file, diagnostic, start);
  return {
    start,
    end,
    message: sentence(said) + (meant ? ` Did you mean \`${meant}\`?` : ''),
    ...optional('meant', meant),
    severity: diagnostic.severity === 1 ? 'error' : 'warning',
    aliases: [...(name ? [name] : []), ...(peers[code] ?? [])],
  };
}

/** The keyword or flag that a misspelt one was meant to be. */
function meantBy(code: string, word: string): string | undefined {
  if (code === 'UNKNOWN_INSTRUCTION') {
    const near = suggest(word, documentedKeywords);
    return word === word.toLowerCase() ? near?.toLowerCase() : near;
  }
  const keyword = /^UNKNOWN_([A-Z]+)_FLAG$/.exec(code)?.[1];
  const flags = instructionReference(keyword ?? '')?.flags.map((flag) => flag.replace(/=$/, '')) ?? [];
  return keyword ? suggest(word.replace(/=.*$/s, ''), flags) : undefined;
}

/** The library takes every pair for one of ENV. */
function messageOf(file: Dockerfile, { code, message }: Diagnostic, start: number): string {
  const text = message.toString();
  return code === ValidationCode.ARGUMENT_REQUIRES_TWO
    ? text.replace(/^ENV\b/, instructionAt(file, start)?.keyword.value.toUpperCase() ?? 'ENV')
    : text;
}

function impossibleName(name: string): string {
  return `\`${name}\` cannot name a stage: a letter comes first, then letters, digits, \`-\`, \`_\` and \`.\``;
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** Answers of the library that BuildKit does not give. */
function isWrong(file: Dockerfile, code: number, start: number, end: number): boolean {
  if (ownChecks.has(code) || ownRules.has(code)) return true;
  if (code === ValidationCode.JSON_IN_SINGLE_QUOTES) return /^(?:CMD|ENTRYPOINT)$/i.test(instructionAt(file, start)?.keyword.value ?? '');
  const word = file.text.slice(start, end);
  if (zeroCodes.has(code))
    return (
      flagAt(file, start)
        ?.value?.value.replace(/ns|us|µs|ms|[smh.+-]/g, '')
        .replace(/0/g, '') === ''
    );
  if (/^UNKNOWN_[A-Z]+_FLAG$/.test(ValidationCode[code] ?? '')) return isKnownFlag(file, start);
  if (code === ValidationCode.FLAG_INVALID_FROM_VALUE) return /^["']|^--from=$/.test(word);
  return code === ValidationCode.ARGUMENT_MISSING && /^entrypoint$/i.test(word);
}

/** A bare `--` ends the flags, and a continuation may stand within a name. */
function isKnownFlag(file: Dockerfile, start: number): boolean {
  const instruction = instructionAt(file, start);
  const flag = flagAt(file, start);
  if (!instruction || !flag) return /^--?$|^--\s/.test(file.text.slice(start, start + 3).padEnd(3));
  const { keyword } = (instruction.kind === 'ONBUILD' ? instruction.trigger : undefined) ?? instruction;
  const known = instructionReference(keyword.value.toUpperCase())?.flags ?? [];
  return known.some((name) => name.replace(/=$/, '') === `--${flag.name.replaceAll('\\\n', '')}`);
}

function flagAt(file: Dockerfile, offset: number): Flag | undefined {
  const outer = instructionAt(file, offset);
  const instruction = outer?.kind === 'ONBUILD' ? outer.trigger : outer;
  return instruction?.flags.find(({ start, end }) => start <= offset && offset <= end);
}

function instructionAt(file: Dockerfile, offset: number): Instruction | undefined {
  return file.instructions.find(({ start, end }) => start <= offset && offset <= end);
}
