import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildArtifact } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { BuildEvent } from '../ports.ts';

const kept = 20;
/** Milliseconds that a cancelled command has to end by itself. */
const grace = 3_000;

/**
 * Runs the compile step on this machine: the program with its arguments, no shell; whatever it started ends with it. Throws `build-failed` for
 * its own failure, or for an output that is not there afterwards or is older than the start.
 */
export async function compileHere(artifact: BuildArtifact, report: (event: BuildEvent) => void, signal: AbortSignal): Promise<void> {
  const name = artifact.command.join(' ');
  const began = Date.now();
  report({ type: 'step', id: 'artifact', name, state: 'started' });
  try {
    await run(artifact, report, signal);
    for (const output of artifact.outputs) await checkOutput(artifact.folder, output, began);
    report({ type: 'step', id: 'artifact', name, state: 'done', seconds: (Date.now() - began) / 1000 });
  } catch (error) {
    report({ type: 'step', id: 'artifact', name, state: 'failed', error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

async function run({ command, folder }: BuildArtifact, report: (event: BuildEvent) => void, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const [program = '', ...args] = command;
  // A group of its own, so that children of the command end with it.
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const tail: string[] = [];
  const take = (text: string): void => {
    tail.push(...text.split('\n').filter((line) => line.trim() !== ''));
    tail.splice(0, Math.max(0, tail.length - kept));
    report({ type: 'output', step: 'artifact', text });
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
  const end = (how: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      if (process.platform === 'win32') child.kill(how);
      else process.kill(-child.pid, how);
    } catch {
      // It has ended already.
    }
  };
  const stop = (): void => {
    end('SIGTERM');
    setTimeout(() => end('SIGKILL'), grace).unref();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) => reject(notStarted(program, error)));
      child.on('close', (code, killed) => {
        if (signal.aborted) reject(signal.reason);
        else if (code === 0) resolve();
        else reject(failed(program, code === null ? String(killed) : `status ${code}`, tail));
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function notStarted(program: string, error: NodeJS.ErrnoException): Error {
  return fail(
    'build-failed',
    `\`${program}\` of \`build.artifact.command\` cannot be started (${error.code ?? error.message}).`,
    'Install it on this machine, or name a builder image in `build.artifact.container`.',
  );
}

function failed(program: string, how: string, tail: readonly string[]): Error {
  return fail('build-failed', `\`${program}\` ended with ${how}; the artifact was not made.\n${tail.join('\n')}`, 'See its output.');
}

async function checkOutput(folder: string, output: string, began: number): Promise<void> {
  const found = await stat(join(folder, output)).catch(() => undefined);
  // Some file systems keep whole seconds.
  if (found && found.mtimeMs >= Math.floor(began / 1000) * 1000) return;
  const why = found ? 'was there before the command ran and was not made anew' : 'is not there';
  throw fail('build-failed', `The artifact \`${output}\` ${why}.`, 'Correct `build.artifact.outputs`, or have the command make it.');
}
