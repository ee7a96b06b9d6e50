/** The token that a kubeconfig keeps in a file of its own (`users[].user.tokenFile`), which the client library does not read. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { fail } from '../errors.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** Path of the token file of a user, relative to the kubeconfig that names it; the first file that has the user counts. */
export function tokenFileOf(kubeconfigs: readonly string[], user: string): string | undefined {
  for (const file of kubeconfigs) {
    const content: unknown = parse(readFileSync(file, 'utf8'));
    const users: unknown = isRecord(content) ? content.users : undefined;
    const found = (Array.isArray(users) ? users : []).find((entry: unknown) => isRecord(entry) && entry.name === user);
    if (!isRecord(found)) continue;
    const path = isRecord(found.user) ? found.user.tokenFile : undefined;
    return typeof path === 'string' && path !== '' ? resolve(dirname(file), path) : undefined;
  }
  return undefined;
}

/** Read anew for every request, as the token is renewed in its place. Throws `configuration` where it is not there. */
export function tokenIn(file: string, context: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw fail(
      'configuration',
      `The token file of context \`${context}\` cannot be read: ${why}.`,
      'Log in again, or repair the kubeconfig.',
      {
        cause,
      },
    );
  }
}
