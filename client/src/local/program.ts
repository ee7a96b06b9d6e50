import { spawn } from 'node:child_process';

export interface ProgramOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until the program is killed. */
  readonly timeout: number;
}

export type ProgramResult =
  | { readonly ended: 'exit'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly ended: 'missing' }
  | { readonly ended: 'timeout' };

/** Runs one program by argument vector, never through a shell (S18), and collects at most 4 MiB of what it prints. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
  signal?: AbortSignal,
): Promise<ProgramResult> {
  const timeout = AbortSignal.timeout(options.timeout);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      signal: either,
      windowsHide: true,
    });
    const out = collector();
    const err = collector();
    child.stdout.on('data', out.add);
    child.stderr.on('data', err.add);
    child.stdin.on('error', () => undefined /* the program may end without reading its input */);
    child.stdin.end(options.input ?? '');
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (signal?.aborted) reject(signal.reason);
      else if (timeout.aborted) resolve({ ended: 'timeout' });
      else if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EACCES') resolve({ ended: 'missing' });
      else reject(error);
    });
    child.on('close', (code) => resolve({ ended: 'exit', code: code ?? 1, stdout: out.text(), stderr: err.text() }));
  });
}

function collector() {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    add: (chunk: Buffer) => {
      if (size < 4 * 1024 * 1024) chunks.push(chunk);
      size += chunk.length;
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
