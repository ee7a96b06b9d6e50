import { resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { changeWorkspace, type Workspace, type WorkspaceFile } from '../../../server/src/core/features/workspace.ts';
import type { Finding } from '../../../server/src/core/rules/rule.ts';
import { type HadolintConfig, readHadolintConfig } from '../../../server/src/core/standards/hadolintConfig.ts';
import { comparePositions } from '../../../server/src/core/text/edits.ts';
import { normalUri } from '../../../server/src/core/text/uris.ts';
import { textAt } from '../../../server/src/core/yaml/tree.ts';
import type { Severity } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import { findingsOf, isJudged, type JudgeOthers, type Judging, repairedFile } from './lint/judge.ts';
import { below, isWanted, nearName, type Place, type PlaceInput } from './lint/place.ts';
import type { LintedFile } from './lint/report.ts';
import { threadsFor } from './lint/threads.ts';
import { namedKind, readWorkspaceFile, type Skipped, type SkippedFile } from './workspaceFiles.ts';

export interface LintInput extends PlaceInput {
  readonly place: Place;
  readonly today: Date;
  /** Path of a `.hadolint.yaml` in place of the nearest. */
  readonly config?: string | undefined;
  /** Path of standards in place of the workspace's. */
  readonly standards?: string | undefined;
  readonly allRules?: boolean;
  /** True: the user's ShellCheck is asked about the commands in RUN. */
  readonly shellcheck?: boolean;
  /** Ids of the only rules that are asked. */
  readonly only?: readonly string[];
}

/** What a half of the program brings along: how it reads the files, and what judges those that are no Dockerfiles. */
export interface Judges {
  load(input: LintInput, judged: readonly WorkspaceFile[], skipped: Skipped): Workspace;
  readonly others?: JudgeOthers;
  shellcheck?(workspace: Workspace, judged: readonly WorkspaceFile[], judging: Judging): Promise<ReadonlyMap<string, readonly Finding[]>>;
}

/** A file with what its safe fixes make of it. */
export interface FixableFile extends LintedFile {
  /** Absolute. */
  readonly absolute: string;
  /** The text and what is then left to say. */
  repaired(): { readonly text: string; readonly findings: readonly Finding[] };
}

export interface Linted {
  readonly files: readonly FixableFile[];
  /** `failure-threshold` of the `.hadolint.yaml` that counts. */
  readonly threshold?: Severity | 'never';
  readonly noColour: boolean;
}

/** Judges files in the light of the workspaces they belong to, in the order of their paths. */
export async function lintFiles(input: LintInput, judges: Judges): Promise<Linted> {
  const { directory, place } = input;
  const skipped = new Map<string, SkippedFile>();
  const note = (file: SkippedFile) => void skipped.set(file.path, file);
  const { workspace, config, judging } = settled(judges.load(input, namedFiles(input, note), note), input);
  const wanted = (path: string) => isWanted(place, path);
  const files = [...workspace.files.values()]
    .map((file) => ({ file, absolute: fileURLToPath(file.uri) }))
    .filter(({ file, absolute }) => isJudged(file) && (wanted(absolute) || absolute === config?.path));
  const judged = await judgeAll(
    workspace,
    files.map(({ file }) => file),
    judging,
    judges.others,
  );
  const said = input.shellcheck
    ? await judges.shellcheck?.(
        workspace,
        files.map(({ file }) => file),
        judging,
      )
    : undefined;
  const linted = files.map(({ file, absolute }): FixableFile => {
    const path = input.stdin && input.stdin.name === undefined ? '-' : shown(directory, absolute);
    const repaired = () => repairedFile(workspace, file, judging, judges.others);
    return { path, absolute, text: file.text, findings: inOrder(judged.get(file.uri) ?? [], said?.get(file.uri)), repaired };
  });
  const unread = [...skipped.values()].filter(({ path }) => wanted(path)).map((file) => unreadFile(directory, file));
  const counting = judging.config ?? workspace.hadolintFor(`${pathToFileURL(directory).href}/Dockerfile`);
  return {
    files: [...linted, ...unread].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    ...(counting?.failureThreshold ? { threshold: counting.failureThreshold } : {}),
    noColour: counting?.noColor === true,
  };
}

/** The files that the call names, or the text that it was given. */
function namedFiles({ stdin, place: { single } }: LintInput, skipped: Skipped): readonly WorkspaceFile[] {
  const [path = ''] = single;
  if (stdin) return [{ uri: pathToFileURL(path).href, kind: namedKind(path), text: stdin.text }];
  return [...single].flatMap((file) => readWorkspaceFile(file, true, skipped) ?? []);
}

interface Settled {
  readonly workspace: Workspace;
  readonly config?: { readonly path: string };
  readonly judging: Judging;
}

/** Lays the files that options name over the workspace. */
function settled(loaded: Workspace, { directory, config, standards, allRules, only }: LintInput): Settled {
  const options = { ...(allRules ? { allRules } : {}), ...(only ? { only } : {}) };
  const configFile = config === undefined ? undefined : optionFile(directory, config, 'hadolint');
  const standardsFile = standards === undefined ? undefined : optionFile(directory, standards, 'standards');
  const workspace = changeWorkspace(
    loaded,
    [configFile, standardsFile].flatMap((file) => file ?? []),
  );
  if (standardsFile) mustBeStandards(workspace, standardsFile, standards ?? '');
  const own = standardsFile && workspace.standards.find(({ uri }) => normalUri(uri) === normalUri(standardsFile.uri));
  return {
    workspace,
    ...(configFile ? { config: { path: fileURLToPath(configFile.uri) } } : {}),
    judging: { ...options, ...(configFile ? { config: configOf(workspace, configFile) } : {}), ...(own ? { standards: own } : {}) },
  };
}

/** Throws `configuration` for a file that cannot be read as standards: judging without them would look like a pass. */
function mustBeStandards(workspace: Workspace, { uri }: WorkspaceFile, typed: string): void {
  const yaml = workspace.yaml(uri);
  const problem = yaml?.problems.find(({ fatal }) => fatal);
  const at = { file: fileURLToPath(uri), line: (problem?.range.start.line ?? 0) + 1 };
  if (problem) throw fail('configuration', `\`${typed}\` is not valid YAML: ${problem.message}`, 'Correct it: nothing was judged.', { at });
  const kind = textAt(yaml?.root, 'kind');
  if (kind === 'Standards') return;
  const what = kind === undefined ? 'has no `kind`' : `is of kind \`${kind}\``;
  throw fail('configuration', `\`${typed}\` ${what}.`, '`--standards` takes a file of `kind: Standards`.', { at });
}

function configOf(workspace: Workspace, { uri }: WorkspaceFile): HadolintConfig {
  return readHadolintConfig(uri, workspace.yaml(uri)?.root);
}

function optionFile(directory: string, typed: string, kind: WorkspaceFile['kind']): WorkspaceFile {
  const path = resolve(directory, typed);
  const file = readWorkspaceFile(path, true);
  if (file) return { ...file, kind };
  throw fail(
    'usage',
    `There is no file \`${typed}\` that can be read.`,
    nearName(path, typed) ?? `\`--${kind === 'hadolint' ? 'config' : 'standards'}\` takes the path of a YAML file.`,
  );
}

async function judgeAll(
  workspace: Workspace,
  files: readonly WorkspaceFile[],
  judging: Judging,
  others: JudgeOthers | undefined,
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const threads = threadsFor(files.length);
  if (threads === 1) return new Map(files.map((file) => [file.uri, findingsOf(workspace, file, judging, others)]));
  const { judgeInThreads } = await import('./lint/pool.ts');
  const share = { files: [...workspace.files.values()], folders: workspace.folders, today: workspace.today, judging };
  return judgeInThreads(
    share,
    files.map(({ uri }) => uri),
    threads,
  );
}

function inOrder(own: readonly Finding[], others: readonly Finding[] = []): readonly Finding[] {
  return others.length === 0 ? own : [...own, ...others].sort((a, b) => comparePositions(a.range.start, b.range.start));
}

/** A file that could not be read, as a finding at its beginning. */
function unreadFile(directory: string, { path, reason, tooLarge }: SkippedFile): FixableFile {
  const start = { line: 0, character: 0 };
  const finding: Finding = {
    rule: tooLarge ? 'dockerfile/too-large' : 'dockerfile/readable',
    severity: tooLarge ? 'warning' : 'error',
    message: reason,
    range: { start, end: start },
    aliases: [],
    fixes: [],
  };
  return {
    path: shown(directory, path),
    absolute: path,
    text: '',
    findings: [finding],
    repaired: () => ({ text: '', findings: [finding] }),
  };
}

/** Relative to the working directory with `/`; absolute when outside it. */
export function shown(directory: string, absolute: string): string {
  const path = below(absolute, directory) ? absolute.slice(directory.endsWith(sep) ? directory.length : directory.length + 1) : absolute;
  return path.split(sep).join('/');
}
