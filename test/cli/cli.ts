/** Runs the CLI as people do: a process of its own. Under `npm test` it is what was built (`WAYBILL_CLI`), else its source. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export const main = process.env.WAYBILL_CLI ?? resolve(import.meta.dirname, '../../client/src/cli/main.ts');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Called with everything that was printed so far; answers a signal to send, once. */
  readonly watch?: (stdout: string) => NodeJS.Signals | undefined;
}

/** Runs `waybill …args` to its end. */
export function waybill(args: readonly string[], { cwd, env, input, watch }: CliOptions): Promise<CliResult> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, NO_COLOR: '1', ...env } });
    const printed = { stdout: '', stderr: '' };
    const sent = new Set<NodeJS.Signals>();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed.stdout += text;
      const signal = watch?.(printed.stdout);
      if (signal && !sent.has(signal)) {
        sent.add(signal);
        child.kill(signal);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed.stderr += text;
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, ...printed }));
    child.stdin.end(input ?? '');
  });
}

/** The JSON objects of an output with one per line. */
export function objects(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
