import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CopyFile, FetchedStandards, RemoteStandards } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import { withoutCredentials } from './gitSource.ts';
import { type ProgramResult, runProgram } from './program.ts';

type GitStandards = Extract<RemoteStandards, { kind: 'git' }>;

export interface GitOrder {
  readonly ref: string;
  /** Absolute; what relative repositories start from. */
  readonly folder: string;
  readonly commit?: string;
}

/** Largest file and number of files of a copy: nobody writes more standards by hand. */
const largest = 2_000_000;
const most = 200;

/**
 * Standards out of a git repository: the file that the reference names, and the other standards files below its folder. The
 * system's `git` fetches one commit into a folder of its own, without a shell and without asking anybody anything.
 */
export async function fetchGitStandards(remote: GitStandards, order: GitOrder, signal: AbortSignal): Promise<FetchedStandards> {
  const store = await mkdtemp(join(tmpdir(), 'waybill-standards-'));
  try {
    const git = runner(store, order.folder, signal);
    await must(git, remote, 'init', '--quiet', '--bare', store);
    const commit = await fetchCommit(git, remote, order.commit ?? remote.revision);
    const slash = remote.path.lastIndexOf('/') + 1;
    const folder = remote.path.slice(0, slash);
    const paths = await standardsIn(git, remote, commit, folder);
    if (!paths.includes(remote.path)) {
      const message = `\`${withoutCredentials(remote.repository)}\` has no file \`${remote.path}\` at \`${remote.revision}\`.`;
      throw fail('configuration', message, `Correct \`${order.ref}\` under \`extends\`.`);
    }
    const files = await readAll(git, remote, commit, paths, slash);
    return { ref: order.ref, commit, files };
  } finally {
    await rm(store, { recursive: true, force: true });
  }
}

type Git = (...args: string[]) => Promise<ProgramResult>;

function runner(store: string, folder: string, signal: AbortSignal): Git {
  const env = {
    GIT_DIR: store,
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? 'ssh -oBatchMode=yes',
    GIT_ASKPASS: process.env.GIT_ASKPASS ?? '',
    LC_ALL: 'C',
  };
  // Hooks and file monitors of the user's settings are programs; they have no business here.
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=', '-c', 'protocol.ext.allow=never'];
  return (...args) => runProgram('git', [...safe, ...args], { cwd: folder, env, timeout: 120_000 }, signal);
}

/** Fetches the revision alone; where a server does not hand out single commits, all of its branches and tags. */
async function fetchCommit(git: Git, remote: GitStandards, revision: string): Promise<string> {
  const single = await git('fetch', '--quiet', '--depth=1', '--no-tags', '--', remote.repository, revision);
  const wanted = single.ended === 'exit' && single.code === 0 ? 'FETCH_HEAD' : revision;
  if (wanted !== 'FETCH_HEAD') {
    if (!/^[0-9a-f]{7,64}$/.test(revision)) throw failure(remote, single);
    await must(git, remote, 'fetch', '--quiet', '--', remote.repository, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*');
  }
  return (await must(git, remote, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${wanted}^{commit}`)).trim();
}

/** Paths of the files below a folder that are standards by their names. */
async function standardsIn(git: Git, remote: GitStandards, commit: string, folder: string): Promise<readonly string[]> {
  const where = folder === '' ? [] : ['--', folder];
  const listed = await must(git, remote, 'ls-tree', '-r', '-l', '-z', '--full-tree', commit, ...where);
  const entries = listed.split('\0').flatMap((line) => {
    const [, mode, size, path] = /^(\d+) blob [0-9a-f]+ +(\d+)\t(.+)$/s.exec(line) ?? [];
    return path && isStandards(path) && mode !== '120000' ? [{ path, size: Number(size) }] : [];
  });
  const large = entries.find(({ size }) => size > largest);
  if (large) throw tooMuch(remote, `\`${large.path}\` has ${large.size} bytes`);
  if (entries.length > most) throw tooMuch(remote, `there are ${entries.length} files of standards`);
  return entries.map(({ path }) => path);
}

async function readAll(git: Git, remote: GitStandards, commit: string, paths: readonly string[], from: number): Promise<CopyFile[]> {
  const files: CopyFile[] = [];
  for (const path of paths) files.push({ path: path.slice(from), text: await must(git, remote, 'cat-file', 'blob', `${commit}:${path}`) });
  return files;
}

/** True for `waybill.standards.yaml` and `<name>.waybill.standards.yaml`. */
export function isStandards(path: string): boolean {
  return /(?:^|\/)(?:[^/]+\.)?waybill\.standards\.ya?ml$/i.test(path);
}

async function must(git: Git, remote: GitStandards, ...args: string[]): Promise<string> {
  const result = await git(...args);
  if (result.ended === 'exit' && result.code === 0) return result.stdout;
  throw failure(remote, result);
}

function tooMuch(remote: GitStandards, what: string): Error {
  return fail('rejected', `\`${withoutCredentials(remote.repository)}\` is not read: ${what}.`, 'Keep standards in a folder of their own.');
}

function failure(remote: GitStandards, result: ProgramResult): Error {
  const shown = withoutCredentials(remote.repository);
  if (result.ended === 'missing') {
    return fail('configuration', 'Standards are extended from git, and there is no `git` on this machine.', 'Install git.');
  }
  if (result.ended === 'timeout') return fail('unreachable', `\`${shown}\` did not answer within two minutes.`, 'Try again later.');
  const said = lastLine(result.stderr);
  if (/couldn't find remote ref|not our ref|bad revision|Needed a single revision/i.test(result.stderr) || said === '') {
    return fail('configuration', `\`${shown}\` has no revision \`${remote.revision}\`.`, 'Correct the reference under `extends`.');
  }
  if (/authentication failed|could not read (?:username|password)|permission denied|access denied/i.test(result.stderr)) {
    return fail('unauthorized', `\`${shown}\` asks who you are: ${said}`, 'Sign in with git once, or load the key into your SSH agent.');
  }
  return fail('unreachable', `\`${shown}\` could not be fetched: ${said}`, 'Check the address and the network.');
}

/** What git said last, without what stands before `@` in addresses (S6). */
function lastLine(text: string): string {
  const lines = text.trim().split('\n');
  const telling = lines.findLast((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? '';
  return telling.replace(/^(?:fatal|error): /, '').replace(/\/\/[^/@\s]*@/g, '//');
}
