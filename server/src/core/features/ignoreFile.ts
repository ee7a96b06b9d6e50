import { manifestRules } from '../../generated/manifestRules.ts';
import type { Position } from '../../protocol.ts';
import { type IgnoreMatcher, readIgnoreFile } from '../dockerfile/ignoreFile.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import type { Finding } from '../rules/rule.ts';
import { comparePositions } from '../text/edits.ts';
import { lineIndex } from '../text/lineIndex.ts';
import { optional } from '../text/optional.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { Completion, Hover } from './answers.ts';
import { numbered } from './completion.ts';
import { ruleNames } from './ruleNames.ts';
import type { Workspace, WorkspaceFile } from './workspace.ts';

/** What lies in a build context: paths relative to it, with `/`, folders too. `whole`: there are no more. */
export interface ContextFiles {
  readonly paths: readonly string[];
  readonly whole: boolean;
}

const shown = 20;

/** What a pattern names, and how much of it stays out of the build in the end. */
export function hoverIgnoreFile(text: string, position: Position, context: ContextFiles | undefined): Hover | undefined {
  const index = lineIndex(text);
  const offset = index.offsetAt(position);
  const matcher = readIgnoreFile(text);
  const entry = matcher.entries.find(({ start, end }) => start <= offset && offset <= end);
  if (!entry) return undefined;
  const range = index.range(entry.start, entry.end);
  if (entry.problem) return { range, markdown: `This pattern is not valid: ${entry.problem}.` };
  if (!context) return undefined;
  const matched = context.paths.filter(entry.matches);
  const decided = matched.filter((path) => matcher.decidedBy(path) === entry).length;
  const does = entry.exception ? 'takes back' : 'leaves out';
  const head = `This pattern names ${counted(matched.length)}${context.whole ? '' : ' of those that were looked at'}; it ${does} ${decided === matched.length ? 'all of them' : decided}.`;
  const list = matched.slice(0, shown).map((path) => `${path}${matcher.ignores(path) ? '' : '  (sent to the build)'}`);
  const more = matched.length > shown ? [`… ${matched.length - shown} more`] : [];
  return { range, markdown: [head, ...(list.length > 0 ? [['```text', ...list, ...more, '```'].join('\n')] : [])].join('\n\n') };
}

function counted(count: number): string {
  return count === 0 ? 'no file or folder' : `${count} ${count === 1 ? 'file or folder' : 'files and folders'}`;
}

/** Patterns that are in many files, offered where they would leave something out. */
const usual = [
  '.git',
  'node_modules',
  'target',
  'build',
  'dist',
  '**/*.log',
  '**/.DS_Store',
  '.env',
  '*.md',
  'Dockerfile*',
  '.dockerignore',
  '.vscode',
  '.idea',
  'test',
  'coverage',
];

/** Files and folders below the typed folder that still reach the build; at the start of a line the usual patterns as well. */
export function completeIgnoreFile(text: string, position: Position, context: ContextFiles | undefined): readonly Completion[] {
  const index = lineIndex(text);
  const offset = index.offsetAt(position);
  const start = index.offsetAt({ line: position.line, character: 0 });
  const typed = text.slice(start, offset);
  if (typed.startsWith('#')) return [];
  const lead = /^\s*!?\s*\/?/.exec(typed)?.[0] ?? '';
  const folder = typed.slice(lead.length, typed.lastIndexOf('/') + 1);
  const end = offset + (/^[^\s/]*/.exec(text.slice(offset, offset + 500))?.[0].length ?? 0);
  const range = index.range(start + lead.length, end);
  const matcher = readIgnoreFile(text.slice(0, start) + text.slice(end));
  const wanted = (path: string) => matcher.ignores(path) === lead.includes('!');
  const paths = (context?.paths ?? []).filter(
    (path) => path.startsWith(folder) && !path.slice(folder.length).includes('/') && wanted(path),
  );
  const present = new Set(matcher.entries.map((entry) => entry.text));
  const patterns = folder === '' && !lead.includes('!') ? usual.filter((pattern) => /[*]/.test(pattern) && !present.has(pattern)) : [];
  const rank = (path: string) => (usual.includes(path) ? 0 : 1);
  const ordered = paths.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return numbered([
    ...ordered.map((path) => ({ label: path, kind: 'file' as const, edit: { range, text: path } })),
    ...patterns.map((pattern) => ({ label: pattern, kind: 'value' as const, edit: { range, text: pattern } })),
  ]);
}

/** Findings of a `.dockerignore`; what nothing matches is told only when the whole context was seen. */
export function lintIgnoreFile(file: WorkspaceFile, workspace: Workspace, context: ContextFiles | undefined): readonly Finding[] {
  const index = lineIndex(file.text);
  const matcher: IgnoreMatcher = readIgnoreFile(file.text);
  const standards = workspace.standardsFor(file.uri);
  const seen: ManifestContext = {
    workspace,
    uri: file.uri,
    kind: 'dockerignore',
    yaml: parseYaml(''),
    names: ruleNames,
    ignore: { matcher, range: ({ start, end }) => index.range(start, end), ...(context?.whole ? { paths: context.paths } : {}) },
    ...optional('standards', standards),
  };
  const found = Object.entries(manifestRules).flatMap(([id, rule]): Finding[] => {
    const severity = standards?.severity[id] ?? standards?.severity[`${id.split('/')[0]}/*`] ?? rule.severity;
    if (!rule.on.includes('dockerignore') || severity === 'off') return [];
    return rule
      .check(seen)
      .map((report) => ({ ...report, rule: id, severity: report.severity ?? severity, aliases: rule.aliases, fixes: report.fixes ?? [] }));
  });
  return found.sort((a, b) => comparePositions(a.range.start, b.range.start));
}
