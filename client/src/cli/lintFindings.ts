import { existsSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { changeWorkspace, fileKind, type Workspace, type WorkspaceFile } from '../../../server/src/core/features/workspace.ts';
import type { Finding } from '../../../server/src/core/rules/rule.ts';
import { type HadolintConfig, readHadolintConfig } from '../../../server/src/core/standards/hadolintConfig.ts';
import { comparePositions } from '../../../server/src/core/text/edits.ts';
import { normalUri } from '../../../server/src/core/text/uris.ts';
import type { Severity } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import { findingsOf, isJudged, type Judging, repairedFile } from './lint/judge.ts';
import type { LintedFile } from './lint/report.ts';
import { threadsFor } from './lint/threads.ts';
import { loadWorkspace, readWorkspaceFile, type SkippedFile, skippedFile } from './workspaceFiles.ts';
import { namedRoot, type Root, rootAround } from './workspaceRoot.ts';

export interface LintInput {
  /** Absolute. */
  readonly directory: string;
  /** Files and folders, as they were typed; none: the working directory, or the named workspace. */
  readonly paths: readonly string[];
  readonly workspace?: string | undefined;
  readonly today: Date;
  /** A text in place of files, and the name that it would have. */
  readonly stdin?: { readonly text: string; readonly name?: string | undefined };
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

/** Judges files in the light of the workspaces they belong to, in the order of their paths. Throws `usage` for a path that is not there. */
export async function lintPaths(input: LintInput): Promise<Linted> {
  const { directory } = input;
  const place = placeOf(input);
  const skipped = new Map<string, SkippedFile>();
  const note = (file: SkippedFile) => void skipped.set(file.path, file);
  const { workspace, config, judging } = settled(loadAll(input, place, note), input);
  const wanted = (path: string) => place.single.includes(path) || place.folders.some((folder) => below(path, folder));
  const files = [...workspace.files.values()]
    .map((file) => ({ file, absolute: fileURLToPath(file.uri) }))
    .filter(({ file, absolute }) => isJudged(file) && (wanted(absolute) || absolute === config?.path));
  const judged = await judgeAll(
    workspace,
    files.map(({ file }) => file),
    judging,
  );
  const said = input.shellcheck ? await shellCheckOf(workspace, files, judging) : undefined;
  const linted = files.map(({ file, absolute }): FixableFile => {
    const path = input.stdin && input.stdin.name === undefined ? '-' : shown(directory, absolute);
    const repaired = () => repairedFile(workspace, file, judging);
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

interface Place {
  /** Absolute paths of named files. */
  readonly single: readonly string[];
  readonly folders: readonly string[];
  readonly roots: readonly Root[];
}

function placeOf({ directory, paths, workspace: named, stdin }: LintInput): Place {
  if (stdin) {
    const path = resolve(directory, stdin.name ?? 'Dockerfile');
    const folder = existingFolder(dirname(path));
    return {
      single: [path],
      folders: [],
      roots: [named === undefined ? shallow(rootAround(folder), folder) : namedRoot(directory, named)],
    };
  }
  const base = named === undefined ? directory : resolve(directory, named);
  const wanted = paths.length > 0 ? paths.map((path) => existing(resolve(directory, path), path)) : [base];
  const folders = wanted.filter((path) => statSync(path).isDirectory());
  const roots = named === undefined ? unique(wanted.map(rootAround)) : [namedRoot(directory, named)];
  return { single: wanted.filter((path) => !folders.includes(path)), folders, roots };
}

/** Around a text that stands in no workspace only its own folder is looked at. */
function shallow(root: Root, folder: string): Root {
  return root.folder === folder && !existsSync(`${folder}/.git`) ? { folder, deep: false } : root;
}

function existingFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));
}

function loadAll({ today, stdin }: LintInput, { roots, single }: Place, skipped: (file: SkippedFile) => void): Workspace {
  const loaded = loadWorkspace(roots, today, skipped);
  const [path = ''] = single;
  if (stdin) {
    const uri = pathToFileURL(path).href;
    const kind = fileKind(uri);
    return changeWorkspace(loaded, [{ uri, kind: kind === 'other' ? 'dockerfile' : kind, text: stdin.text }]);
  }
  return changeWorkspace(
    loaded,
    single.flatMap((file) => readWorkspaceFile(file, true, skipped) ?? []),
  );
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
  const own = standardsFile && workspace.standards.find(({ uri }) => normalUri(uri) === normalUri(standardsFile.uri));
  return {
    workspace,
    ...(configFile ? { config: { path: fileURLToPath(configFile.uri) } } : {}),
    judging: { ...options, ...(configFile ? { config: configOf(workspace, configFile) } : {}), ...(own ? { standards: own } : {}) },
  };
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
    `\`--${kind === 'hadolint' ? 'config' : 'standards'}\` takes the path of a YAML file.`,
  );
}

async function judgeAll(
  workspace: Workspace,
  files: readonly WorkspaceFile[],
  judging: Judging,
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const threads = threadsFor(files.length);
  if (threads === 1) return new Map(files.map((file) => [file.uri, findingsOf(workspace, file, judging)]));
  const share = { files: [...workspace.files.values()], folders: workspace.folders, today: workspace.today, judging };
  const { judgeInThreads } = await import('./lint/pool.ts');
  return judgeInThreads(
    share,
    files.map(({ uri }) => uri),
    threads,
  );
}

function inOrder(own: readonly Finding[], others: readonly Finding[] = []): readonly Finding[] {
  return others.length === 0 ? own : [...own, ...others].sort((a, b) => comparePositions(a.range.start, b.range.start));
}

async function shellCheckOf(workspace: Workspace, files: readonly { readonly file: WorkspaceFile }[], judging: Judging) {
  const { shellCheckAll } = await import('./lint/shellcheck.ts');
  return shellCheckAll(
    workspace,
    files.map(({ file }) => file),
    judging,
  );
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

function existing(path: string, typed: string): string {
  if (existsSync(path)) return path;
  const broken = skippedFile(path);
  throw fail(
    'usage',
    broken ? `\`${typed}\` cannot be read: ${broken.reason}` : `There is no file or folder \`${typed}\`.`,
    'Give paths that exist, or none for everything below the current folder.',
  );
}

function unique(roots: readonly Root[]): Root[] {
  const byFolder = new Map<string, Root>();
  for (const root of roots) byFolder.set(root.folder, { folder: root.folder, deep: root.deep || byFolder.get(root.folder)?.deep === true });
  const all = [...byFolder.values()];
  return all.filter((root) => !all.some((other) => other !== root && other.deep && below(root.folder, other.folder)));
}

function below(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Relative to the working directory with `/`; absolute when outside it. */
export function shown(directory: string, absolute: string): string {
  const path = below(absolute, directory) ? relative(directory, absolute) : absolute;
  return path.split(sep).join('/');
}
