import type { Source, SourceState } from '../ports.ts';
import { runProgram } from './program.ts';

/** Settings that keep `git` from running programs named in the repository, from asking, and from writing. */
const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath='];
const quiet = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };

/** Runs git in a folder; undefined when it fails or is not there. */
async function run(folder: string, args: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  const result = await runProgram('git', [...safe, ...args], { cwd: folder, env: quiet, timeout: 10_000 }, signal);
  return result.ended === 'exit' && result.code === 0 ? result.stdout : undefined;
}

/** What the system's `git` says about a folder; nothing when it is no repository or git is not installed. */
export function gitSource(): Source {
  return {
    async changed(folders, revision, signal) {
      for (const folder of folders) {
        const differing = await run(folder, ['diff', '--name-only', '--no-ext-diff', '--end-of-options', revision, '--', '.'], signal);
        if (differing === undefined) return undefined;
        const untracked = await run(folder, ['ls-files', '--others', '--exclude-standard', '--', '.'], signal);
        if (differing !== '' || untracked !== '') return true;
      }
      return false;
    },

    async state(folder, signal) {
      const git = (...args: string[]) => run(folder, args, signal);
      const status = await git('status', '--porcelain=v2', '--branch', '--untracked-files=normal', '--', '.');
      if (status === undefined) return {};
      const [time, remote] = await Promise.all([git('log', '-1', '--format=%cI'), git('remote', 'get-url', 'origin')]);
      return { ...parseStatus(status), ...commitTime(time), ...(remote?.trim() ? { remote: withoutCredentials(remote.trim()) } : {}) };
    },
  };
}

/** Revision, branch and dirtiness from `git status --porcelain=v2 --branch`; only changes below the folder count. */
export function parseStatus(text: string): SourceState {
  const lines = text.split('\n');
  const header = (name: string) => lines.find((line) => line.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length);
  const revision = header('oid');
  const branch = header('head');
  return {
    ...(revision && revision !== '(initial)' ? { revision } : {}),
    ...(branch && branch !== '(detached)' ? { branch } : {}),
    dirty: lines.some((line) => line !== '' && !line.startsWith('#')),
  };
}

function commitTime(text: string | undefined): SourceState {
  const time = new Date(text?.trim() ?? '');
  return Number.isNaN(time.getTime()) ? {} : { commitTime: time };
}

/** The remote without user name, password and query: what may stand in labels and records (S6). */
export function withoutCredentials(remote: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(remote)) return remote;
  try {
    const url = new URL(remote);
    url.password = '';
    if (url.protocol !== 'ssh:') url.username = '';
    url.search = '';
    url.hash = '';
    return url.href;
  } catch {
    return remote.replace(/\/\/[^/@]*@/, '//');
  }
}
