import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fail } from '../errors.ts';
import type { Secrets } from '../ports.ts';
import type { Redactor } from './redactor.ts';

export interface LocalSecretsOptions {
  readonly redactor: Redactor;
  /** Reads a name from the editor's secret storage; absent outside the editor. */
  readonly vscode?: (name: string, signal: AbortSignal) => Promise<string | undefined>;
  /** What relative paths of `file:` start from; absent: only absolute paths and `~/`. */
  readonly folder?: string;
}

/** BuildKit accepts no larger secret; nothing else that is one is larger either. */
const largest = 500 * 1024;

/** Secrets by reference: `env:NAME`, `file:path`, `vscode:name`. Every value read is registered with the redactor. */
export function localSecrets(options: LocalSecretsOptions): Secrets {
  return {
    async read(reference, signal) {
      signal.throwIfAborted();
      const [, scheme = '', name = ''] = /^([a-z]+):(.+)$/s.exec(reference) ?? [];
      const value = await readBy(scheme, name, reference, options, signal);
      options.redactor.register(value);
      return value;
    },
  };
}

function readBy(scheme: string, name: string, reference: string, options: LocalSecretsOptions, signal: AbortSignal): Promise<Uint8Array> {
  if (scheme === 'env') return fromEnvironment(name);
  if (scheme === 'file') return fromFile(name, options);
  if (scheme === 'vscode') return fromEditor(name, options, signal);
  throw fail(
    'configuration',
    `The secret reference \`${reference}\` has no known source.`,
    'Write `env:NAME`, `file:path` or `vscode:name`.',
  );
}

async function fromEnvironment(name: string): Promise<Uint8Array> {
  const value = process.env[name];
  if (value === undefined) {
    throw fail('configuration', `The environment variable \`${name}\` that holds a secret is not set.`, `Set \`${name}\` and try again.`);
  }
  return Buffer.from(value);
}

async function fromFile(name: string, { folder }: LocalSecretsOptions): Promise<Uint8Array> {
  const path = name.startsWith('~/') ? join(homedir(), name.slice(2)) : isAbsolute(name) || !folder ? name : join(folder, name);
  if (!isAbsolute(path)) {
    throw fail('configuration', `The secret file \`${name}\` is a relative path.`, 'Write an absolute path or one that begins with `~/`.');
  }
  try {
    if ((await stat(path)).size > largest) {
      throw fail('configuration', `The secret file \`${name}\` is larger than 500 KiB.`, 'Name the file that holds only the secret.');
    }
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (!code) throw error;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
    throw fail('configuration', `The secret file \`${name}\` ${why}.`, 'Create it, or correct the path in the manifest.', { cause: error });
  }
}

async function fromEditor(name: string, { vscode }: LocalSecretsOptions, signal: AbortSignal): Promise<Uint8Array> {
  if (!vscode) {
    throw fail(
      'configuration',
      `The secret \`vscode:${name}\` lives in the editor, which is not here.`,
      'Use `env:` or `file:` where the command line runs.',
    );
  }
  const value = await vscode(name, signal);
  if (value === undefined) {
    throw fail('configuration', `The editor holds no secret \`${name}\`.`, `Store a value for \`${name}\` in the editor and try again.`);
  }
  return Buffer.from(value);
}
