/** Programs of a kubeconfig that log in (client.authentication.k8s.io/v1): told what they are asked for, and ended when they hang. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { fail } from '../errors.ts';

/** A login through a browser takes its time. */
export const loginTime = 60_000;

interface Plugins {
  /** The error that explains the last run, when it was ended for taking too long. */
  overdue(): Error | undefined;
}

/** client-node starts plugins without a limit and without KUBERNETES_EXEC_INFO, which some of them insist on. */
export function boundPlugins(config: KubeConfig, context: string, milliseconds: number): Plugins {
  const authenticators: unknown = Reflect.get(config, 'authenticators');
  let overdue: Error | undefined;
  const start = (command: string, args: readonly string[] | undefined, options: { env?: NodeJS.ProcessEnv }): ChildProcess => {
    overdue = undefined;
    const env = { ...(options.env ?? process.env), KUBERNETES_EXEC_INFO: execInfo(config) };
    const child = spawn(command, args ?? [], { ...options, env, stdio: ['ignore', 'pipe', 'pipe'], detached: !onWindows });
    const timer = setTimeout(() => {
      overdue = fail(
        'unauthorized',
        `\`${command}\`, which logs in for context \`${context}\`, did not answer within ${milliseconds / 1000} s and was ended.`,
        'Run it in a terminal to see what it waits for.',
      );
      endAll(child);
      // Whoever left its group may hold its output open.
      child.stdout.destroy();
      child.stderr.destroy();
    }, milliseconds);
    child.once('close', () => clearTimeout(timer));
    return child;
  };
  for (const entry of Array.isArray(authenticators) ? authenticators : []) {
    if (typeof entry === 'object' && entry !== null && 'execFn' in entry) Reflect.set(entry, 'execFn', start);
  }
  return { overdue: () => overdue };
}

const onWindows = process.platform === 'win32';

/** Ends a program and all that it has started: wrappers in front of the real one are common. */
function endAll(child: ChildProcess): void {
  if (child.pid === undefined || onWindows) return void child.kill('SIGKILL');
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

function execInfo(config: KubeConfig): string {
  const exec: unknown = config.getCurrentUser()?.exec;
  const version: unknown = typeof exec === 'object' && exec !== null ? Reflect.get(exec, 'apiVersion') : undefined;
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: typeof version === 'string' ? version : 'client.authentication.k8s.io/v1',
    spec: { interactive: false },
  });
}
