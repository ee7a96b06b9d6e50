// The parts that every component of the bench is made of: a process with a log, free ports, and waiting for a real answer.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Claim, ledger } from './ledger.ts';
import { startTime } from './resources.ts';

/** What every started component offers: `stop()` ends it and leaves nothing; `await using` does the same. */
export interface Component extends AsyncDisposable {
  stop(): Promise<void>;
}

/** A started process of a component. */
export interface Daemon {
  readonly name: string;
  readonly pid: number;
  readonly log: string;
  readonly running: () => boolean;
  /** Sends a signal and waits until the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export interface DaemonOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The file that its output is appended to. */
  readonly log: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Milliseconds between TERM and KILL when stopped; 10,000 by default. */
  readonly grace?: number;
}

/** Starts a process in a group of its own (a Ctrl-C in the terminal does not reach it: it is stopped in order). */
export function startDaemon(claim: Claim, options: DaemonOptions): Daemon {
  const output = openSync(options.log, 'a');
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...environment(), NODE_TEST_CONTEXT: undefined, ...options.env },
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
  closeSync(output);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${options.name} did not start: ${options.command} is not there or cannot be run`);
  child.on('error', () => undefined);
  child.unref();
  claim.take({ kind: 'process', pid, started: startTime(pid) ?? '', grace: options.grace ?? 10_000 });
  return { name: options.name, pid, log: options.log, running: () => isRunning(child), end: (signal) => endChild(child, signal) };
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(child)) return;
  child.kill(signal);
  while (isRunning(child)) await sleep(20);
}

/** A free TCP port of the loopback interface. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Several different free ports. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/** Waits until `probe` resolves; fails with the tail of the log when the process ends or `timeout` milliseconds pass. */
export async function untilReady(daemon: Daemon, probe: () => Promise<unknown>, timeout = 30_000): Promise<void> {
  const deadline = Date.now() + timeout;
  let reason = 'no answer';
  while (Date.now() < deadline) {
    if (!daemon.running()) throw new Error(`${daemon.name} ended at its start. The end of its log:\n${tail(daemon.log)}`);
    try {
      await probe();
      return;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await sleep(60);
  }
  throw new Error(`${daemon.name} was not ready within ${timeout / 1000} s: ${reason}. The end of its log:\n${tail(daemon.log)}`);
}

/** The last lines of a file, or '' when it is not there. */
export function tail(path: string, lines = 15): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

/** Opens a claim, runs `start` with it, and gives everything back when `start` fails. */
export async function withClaim<T>(start: (claim: Claim) => Promise<T>): Promise<T> {
  const claim = ledger().claim();
  try {
    return await start(claim);
  } catch (error) {
    await claim.release();
    throw error;
  }
}

/** `stop` and the disposer over one claim. */
export function stopping(claim: Claim): Component {
  return { stop: () => claim.release(), [Symbol.asyncDispose]: () => claim.release() };
}

/** The environment of a program: the administrator's folders are in the PATH, wherever the caller's shell left them out. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin` };
}

const execute = promisify(execFile);

/** Runs a command to its end and returns its output; the error carries what it said. */
export async function command(
  name: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    return (await execute(name, args, { maxBuffer: 1 << 28, env: environment(), ...options })).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(`${name} ${args[0] ?? ''} failed: ${said || (error instanceof Error ? error.message : String(error))}`);
  }
}
