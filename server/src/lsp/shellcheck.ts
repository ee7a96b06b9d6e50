/**
 * The user's ShellCheck in the background: the only program that the server runs. Never in a folder that is not trusted, never by a
 * path that a folder names, and nothing ever waits for it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join, parse } from 'node:path';
import type { Dockerfile } from '../core/dockerfile/model.ts';
import type { LintOptions } from '../core/features/lint.ts';
import {
  readShellCheckAnswer,
  type ShellCheckComment,
  shellCheckArguments,
  shellCheckFindings,
  shellCheckInput,
} from '../core/features/shellcheck.ts';
import { type ShellCheckScript, shellCheckScripts } from '../core/features/shellcheckScripts.ts';
import type { Workspace } from '../core/features/workspace.ts';
import type { Finding } from '../core/rules/rule.ts';

export interface ShellCheckSettings {
  readonly enabled: boolean;
  /** A name that is looked for in PATH, or an absolute path. */
  readonly path: string;
}

export interface ShellCheck {
  /** What is known by now. What is not is asked in the background, for the newest text alone; then `ready` is called. */
  findings(file: Dockerfile, workspace: Workspace, options: LintOptions): readonly Finding[];
  trust(trusted: boolean): void;
  configure(settings: ShellCheckSettings): void;
  /** Ends what runs. */
  dispose(): void;
}

const limits = { processes: 2, milliseconds: 5_000, quiet: 250, answers: 5_000, output: 4_000_000 };

interface Asked {
  readonly key: string;
  readonly missing: ReadonlyMap<string, ShellCheckScript>;
  readonly controller: AbortController;
}

/** Settings as an editor sends them; on, with the program in PATH, where it says nothing. */
export function shellCheckSettings(setting: unknown): ShellCheckSettings {
  const said = typeof setting === 'object' && setting !== null ? new Map<string, unknown>(Object.entries(setting)) : new Map();
  const path: unknown = said.get('path');
  return { enabled: said.get('enabled') !== 'off', path: typeof path === 'string' && path.trim() !== '' ? path.trim() : 'shellcheck' };
}

/**
 * @param ready called with the URI of a file of which more is known
 * @param log one line for the log of the editor
 */
export function shellCheck(ready: (uri: string) => void, log: (line: string) => void): ShellCheck {
  const answers = new Map<string, readonly ShellCheckComment[]>();
  const asked = new Map<string, Asked>();
  const turns = takeTurns(limits.processes);
  const state = { trusted: false, settings: shellCheckSettings(undefined), program: undefined as string | undefined };

  const reset = () => {
    for (const { controller } of asked.values()) controller.abort();
    asked.clear();
    answers.clear();
    const wanted = state.trusted && state.settings.enabled;
    state.program = wanted ? programAt(state.settings.path) : undefined;
    if (wanted && !state.program && state.settings.path !== 'shellcheck')
      log(`No program is at waybill.shellcheck.path, ${state.settings.path}.`);
  };
  const learn = async (program: string, key: string, script: ShellCheckScript, signal: AbortSignal) => {
    const answer = await turns(() => run(program, script, signal), signal);
    if (signal.aborted) return;
    if (typeof answer === 'string') log(`ShellCheck: ${answer}`);
    answers.set(key, typeof answer === 'string' ? [] : answer);
    const [oldest] = answers.keys();
    if (answers.size > limits.answers && oldest !== undefined) answers.delete(oldest);
  };
  const ask = async (program: string, uri: string, { missing, controller: { signal } }: Asked) => {
    await pause(limits.quiet, signal);
    if (signal.aborted) return;
    await Promise.all([...missing].map(([key, script]) => learn(program, key, script, signal)));
    if (signal.aborted) return;
    asked.delete(uri);
    ready(uri);
  };

  return {
    findings(file, workspace, options) {
      const { program } = state;
      if (!program) return [];
      const scripts = shellCheckScripts(file, workspace.standardsFor(file.uri)).map((script) => [keyOf(script), script] as const);
      const missing = new Map(scripts.filter(([key]) => !answers.has(key)));
      const key = [...missing.keys()].join('\n');
      const before = asked.get(file.uri);
      if (before?.key !== key) {
        before?.controller.abort();
        asked.delete(file.uri);
        if (missing.size > 0) {
          const next = { key, missing, controller: new AbortController() };
          asked.set(file.uri, next);
          void ask(program, file.uri, next);
        }
      }
      const known = scripts.flatMap(([own, script]) => {
        const comments = answers.get(own);
        return comments ? [[script, comments] as const] : [];
      });
      return shellCheckFindings(file, workspace, known, options);
    },
    trust(trusted) {
      if (trusted === state.trusted) return;
      state.trusted = trusted;
      reset();
    },
    configure(settings) {
      if (settings.enabled === state.settings.enabled && settings.path === state.settings.path) return;
      state.settings = settings;
      reset();
    },
    dispose() {
      state.trusted = false;
      reset();
    },
  };
}

function keyOf(script: ShellCheckScript): string {
  return `${script.dialect} ${shellCheckInput(script)}`;
}

/** The program itself: relative paths and the current folder never count. */
function programAt(path: string): string | undefined {
  const ends = process.platform === 'win32' && !/\.exe$/i.test(path) ? ['.exe'] : [''];
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const places = isAbsolute(path) ? [path] : /[/\\]/.test(path) ? [] : folders.map((folder) => join(folder, path));
  return places.flatMap((place) => ends.map((end) => place + end)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Lets at most `most` tasks run at once, in the order of asking; those that are no longer wanted do not start. */
function takeTurns(most: number) {
  const waiting: (() => void)[] = [];
  const running = { count: 0 };
  return async <T>(task: () => Promise<T>, signal: AbortSignal): Promise<T | string> => {
    // Whoever ends hands its place on, so that nobody can step in between.
    if (running.count >= most) await new Promise<void>((next) => waiting.push(next));
    else running.count++;
    try {
      return signal.aborted ? 'no longer wanted' : await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running.count--;
    }
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
}

/** The comments on one script, or why there are none. No shell stands between: the program gets its arguments as they are. */
function run(program: string, script: ShellCheckScript, signal: AbortSignal): Promise<readonly ShellCheckComment[] | string> {
  const { SHELLCHECK_OPTS: _ignored, ...env } = process.env;
  return new Promise((done) => {
    const child: ChildProcess = spawn(program, shellCheckArguments(script), {
      // Not the workspace: nothing of it is to be read.
      cwd: parse(process.execPath).root,
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const pieces: Buffer[] = [];
    let size = 0;
    const end = (answer: readonly ShellCheckComment[] | string) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      child.kill('SIGKILL');
      done(answer);
    };
    const stop = () => end('no longer wanted');
    const timer = setTimeout(
      () => end(`gave no answer within ${limits.milliseconds / 1000} seconds; a RUN is left out.`),
      limits.milliseconds,
    );
    signal.addEventListener('abort', stop, { once: true });
    child.on('error', (error) => end(error.message));
    child.stdout?.on('data', (piece: Buffer) => {
      pieces.push(piece);
      size += piece.length;
      if (size > limits.output) end('its answer is too long; a RUN is left out.');
    });
    child.on('close', () =>
      end(readShellCheckAnswer(Buffer.concat(pieces).toString('utf8')) ?? 'its answer cannot be read; a RUN is left out.'),
    );
    // A program that ends early closes the pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(shellCheckInput(script));
  });
}
