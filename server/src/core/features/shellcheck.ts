/** What ShellCheck says of a Dockerfile's scripts, as findings at the places of the file. Its checks: https://www.shellcheck.net/wiki/ */
import type { Severity } from '../../protocol.ts';
import type { Dockerfile } from '../dockerfile/model.ts';
import { readPragmas } from '../dockerfile/pragmas.ts';
import type { Finding, Fix } from '../rules/rule.ts';
import { comparePositions, type TextEdit } from '../text/edits.ts';
import { optional } from '../text/optional.ts';
import { dockerfileContext, type LintOptions } from './lint.ts';
import { afterWaivers, type RegisteredRule, severityOf } from './severity.ts';
import type { ShellCheckScript } from './shellcheckScripts.ts';
import { suppressionLedger } from './suppressions.ts';
import type { Workspace } from './workspace.ts';

/** Lines and columns count from 1; a column is a Unicode code point, a tab too (`json1`, unlike `json`). */
interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One comment of ShellCheck's `json1` format. */
export interface ShellCheckComment extends Place {
  readonly level: string;
  readonly code: number;
  readonly message: string;
  readonly fix?: { readonly replacements: readonly (Place & { readonly replacement: string })[] } | null;
}

/** Checks that do not fit what a RUN is. */
const excluded: readonly string[] = [
  // The file that is sourced is in the image, not beside the Dockerfile.
  'SC1090',
  'SC1091',
  // A RUN has no first line that could name a shell; the one of a heredoc is read by us.
  'SC1128',
  'SC2148',
  'SC2239',
  // That ash is judged as dash is our own choice.
  'SC2187',
];

/** Arguments for the user's `shellcheck`, which reads {@link shellCheckInput} from its standard input. */
export function shellCheckArguments({ dialect }: ShellCheckScript): readonly string[] {
  return ['--norc', '--format=json1', `--shell=${dialect}`, `--exclude=${excluded.join(',')}`, '-'];
}

export function shellCheckInput({ header, body }: ShellCheckScript): string {
  return header + body;
}

/** Reads an answer in `json1`; undefined when it is none. */
export function readShellCheckAnswer(text: string): readonly ShellCheckComment[] | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null || !('comments' in answer) || !Array.isArray(answer.comments)) return undefined;
    return answer.comments.filter(isComment);
  } catch {
    return undefined;
  }
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  const known = new Map<string, unknown>(Object.entries(value));
  return ['line', 'column', 'endLine', 'endColumn'].every((key) => Number.isInteger(known.get(key)));
}

function isComment(value: unknown): value is ShellCheckComment {
  if (!isPlace(value)) return false;
  const { code, message, fix } = value as Partial<ShellCheckComment>;
  const replacements: unknown = fix?.replacements ?? [];
  const isFix = Array.isArray(replacements) && replacements.every((one) => isPlace(one) && 'replacement' in one);
  return Number.isInteger(code) && typeof message === 'string' && isFix;
}

const severities: Readonly<Record<string, Severity>> = { error: 'error', warning: 'warning', info: 'info', style: 'hint' };

/** The answers to a file's scripts as findings, in the order of the text: with severities, suppressions and waivers as for our own rules. */
export function shellCheckFindings(
  file: Dockerfile,
  workspace: Workspace,
  answers: Iterable<readonly [ShellCheckScript, readonly ShellCheckComment[]]>,
  options: LintOptions = {},
): readonly Finding[] {
  const reported = [...answers].flatMap(([script, comments]) => comments.flatMap((comment) => findingOf(file, script, comment)));
  if (reported.length === 0) return [];
  const pragmas = readPragmas(file);
  const context = dockerfileContext(file, workspace, pragmas, options);
  const policy = {
    pragmas,
    allRules: false,
    ...optional('standards', context.standards),
    ...optional('config', context.config),
    ...optional('settings', options.settings),
  };
  const ledger = suppressionLedger(file, pragmas, ({ dialect }) => dialect !== 'hadolint' || !context.config?.disableIgnorePragma);
  const kept = reported.flatMap((finding) => {
    const severity = severityOf(asRule(finding), finding, policy);
    if (severity === 'off') return [];
    const judged = afterWaivers({ ...finding, severity }, context);
    return judged.accepted || ledger.takes(judged.finding) ? [] : [judged.finding];
  });
  return kept.sort((a, b) => comparePositions(a.range.start, b.range.start));
}

function asRule({ rule, severity, aliases }: Finding): RegisteredRule {
  return { id: rule, summary: '', severity, aliases, fixable: true, check: () => [] };
}

function findingOf(file: Dockerfile, script: ShellCheckScript, comment: ShellCheckComment): readonly Finding[] {
  // A variable of the image or of a sourced file may well be there.
  if (comment.code === 2154 && !script.variablesKnown) return [];
  const offset = offsetsOf(script);
  const start = offset(comment.line, comment.column);
  const end = offset(comment.endLine, comment.endColumn);
  if (start === undefined || end === undefined) return [];
  const last = script.base + script.body.length;
  const id = `SC${comment.code}`;
  return [
    {
      rule: `shellcheck/${id}`,
      severity: severities[comment.level] ?? 'warning',
      aliases: [id],
      message: comment.message,
      range: file.index.range(start, Math.max(end, Math.min(start + 1, last))),
      fixes: fixesOf(file, script, comment, id),
    },
  ];
}

function fixesOf(file: Dockerfile, script: ShellCheckScript, { fix }: ShellCheckComment, id: string): readonly Fix[] {
  if (!fix || fix.replacements.length === 0) return [];
  const offset = offsetsOf(script);
  const spans = fix.replacements.map((one) => ({
    start: offset(one.line, one.column) ?? -1,
    end: offset(one.endLine, one.endColumn) ?? -1,
    text: one.replacement,
  }));
  const ordered = [...spans].sort((a, b) => a.start - b.start);
  const safe = ordered.every(({ start, end, text }, i) => {
    const next = ordered[i + 1];
    // Where two edits meet, their order would be a guess; a new line would end the RUN.
    return start >= 0 && end >= start && !text.includes('\n') && (!next || next.start > start) && (!next || next.start >= end);
  });
  if (!safe || !ordered.every((span) => isShown(file, script, span))) return [];
  const edits = ordered.map(({ start, end, text }): TextEdit => ({ range: file.index.range(start, end), text }));
  return [{ title: `Change as ShellCheck proposes (${id})`, edits, preview: true }];
}

/** True where the script shows the file's own text: nothing that was blanked is replaced or written into. */
function isShown({ text }: Dockerfile, { body, base }: ShellCheckScript, span: { readonly start: number; readonly end: number }): boolean {
  const [from, to] = span.start === span.end ? [Math.max(base, span.start - 1), span.end] : [span.start, span.end];
  return text.slice(from, to) === body.slice(from - base, to - base);
}

/** Line and column in the header and body → offset in the file; undefined for places in the header. */
function offsetsOf({ header, body, base }: ShellCheckScript): (line: number, column: number) => number | undefined {
  const skipped = header.split('\n').length - 1;
  const starts = [0];
  for (let at = body.indexOf('\n'); at >= 0; at = body.indexOf('\n', at + 1)) starts.push(at + 1);
  return (line, column) => {
    if (line <= skipped) return undefined;
    let at = starts[line - skipped - 1];
    if (at === undefined) return base + body.length;
    for (let left = column - 1; left > 0 && at < body.length && body[at] !== '\n'; left--)
      at += (body.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    return base + at;
  };
}
