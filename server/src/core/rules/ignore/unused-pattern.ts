import type { IgnoreEntry } from '../../dockerfile/ignoreFile.ts';
import type { IgnoreDemands, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** Folders that come and go: their patterns wait for them. */
const transient =
  /node_modules|\.git|\.waybill|target|build|dist|out|coverage|\.venv|__pycache__|\.env|\.log|\.tmp|\.cache|\.DS_Store|\.idea|\.vscode|\*/;

export const rule: ManifestRule = {
  summary: 'Each pattern of `.dockerignore` changes what the build gets.',
  severity: 'hint',
  aliases: [],
  fixable: true,
  on: ['dockerignore'],
  check: ({ ignore }) => (ignore ? ignore.matcher.entries.flatMap((entry) => report(ignore, entry) ?? []) : []),
};

function report(ignore: IgnoreDemands, entry: IgnoreEntry): Report | undefined {
  const { matcher, paths } = ignore;
  if (entry.problem) return undefined;
  const twin = matcher.entries.find((other) => other.text === entry.text && other.start < entry.start);
  const between =
    twin && matcher.entries.some(({ start, exception }) => start > twin.start && start < entry.start && exception !== entry.exception);
  const why = twin && !between ? 'it stands further up already' : emptyReason(entry, matcher.entries, paths);
  if (!why) return undefined;
  const range = ignore.range(entry);
  const line = { start: { line: range.start.line, character: 0 }, end: { line: range.start.line + 1, character: 0 } };
  const message = `The pattern \`${entry.text}\` changes nothing: ${why}. Take it out, or correct it.`;
  return { range, message, tags: ['unnecessary'], fixes: [{ title: `Take \`${entry.text}\` out`, edits: [{ range: line, text: '' }] }] };
}

function emptyReason(entry: IgnoreEntry, entries: readonly IgnoreEntry[], paths: readonly string[] | undefined): string | undefined {
  if (entry.exception && !entries.some((other) => !other.exception && other.start < entry.start)) return 'nothing above it is left out';
  if (!paths || transient.test(entry.text) || paths.some(entry.matches)) return undefined;
  return 'no file or folder of the context matches it';
}
