import { readFile } from 'node:fs/promises';
import { basename } from 'node:path/posix';
import { fail } from '../errors.ts';
import type { ContextEntry } from './contextFiles.ts';

/** Files that may hold a secret, by name; `holds` looks at the text when the name alone does not tell. */
interface Suspect {
  readonly name: RegExp;
  readonly what: string;
  readonly holds?: RegExp;
}

const suspects: readonly Suspect[] = [
  { name: /^\.env(\.(?!(example|sample|template|dist|defaults?)$)[\w-]+)?$/, what: 'environment values' },
  { name: /^id_(rsa|dsa|ecdsa|ed25519)$/, what: 'an ssh key' },
  { name: /\.(pem|key)$|^[^.]*_key$/, what: 'a private key', holds: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { name: /\.(p12|pfx)$/, what: 'a private key' },
  { name: /^\.npmrc$/, what: 'a registry token', holds: /(_authToken|_password|_auth)\s*=\s*(?!\$\{)\S/ },
  { name: /^\.yarnrc\.yml$/, what: 'a registry token', holds: /npmAuth(Token|Ident):\s*["']?(?!\$\{)[^"'\s]/ },
  { name: /^settings(-security)?\.xml$/, what: 'a repository password', holds: /<(password|passphrase|master)>\s*(?!\$\{)[^<\s]/ },
  { name: /^(\.netrc|_netrc|\.git-credentials|\.pgpass)$/, what: 'passwords' },
  { name: /^\.pypirc$/, what: 'a registry password', holds: /^\s*password\s*[=:]/m },
  { name: /^(config|\.dockerconfig|\.dockercfg)(\.json)?$/, what: 'registry passwords', holds: /"auth"\s*:\s*"[A-Za-z0-9+/=]{4}/ },
  { name: /^(credentials|kubeconfig|admin\.conf)$/, what: 'credentials', holds: /aws_secret_access_key|client-key-data:|^\s*token:\s*\S/m },
];

/** Larger files are no key and no setting. */
const largest = 256 * 1024;

/** Refuses a context that would carry secrets to the builder and, by a careless COPY, into the image (S8). */
export async function refuseSecretFiles(
  entries: readonly ContextEntry[],
  signal: AbortSignal,
  what = 'The build context',
  advice = 'Keep such files out with .dockerignore, and give the build what it needs by `RUN --mount=type=secret`.',
): Promise<void> {
  const found: string[] = [];
  for (const entry of entries) {
    signal.throwIfAborted();
    const secret = await secretIn(entry);
    if (secret) found.push(`${entry.path} (${secret})`);
  }
  if (found.length === 0) return;
  const shown = found.slice(0, 10).join(', ');
  throw fail(
    'refused',
    `${what} holds ${found.length === 1 ? 'a secret' : `${found.length} secrets`}: ${shown}${found.length > 10 ? ', …' : ''}.`,
    advice,
  );
}

async function secretIn(entry: ContextEntry): Promise<string | undefined> {
  if (entry.kind !== 'file' || entry.size > largest || entry.size === 0) return undefined;
  const name = basename(entry.path);
  for (const suspect of suspects) {
    if (!suspect.name.test(name)) continue;
    if (!suspect.holds || suspect.holds.test(await readFile(entry.file, 'utf8').catch(() => ''))) return suspect.what;
  }
  return undefined;
}
