import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TlsFiles, TlsSource } from '../../../server/src/protocol.ts';
import { fail, isWaybillError } from '../errors.ts';
import type { Secrets } from '../ports.ts';
import { tlsPath } from './address.ts';

/** What mutual TLS needs, as PEM. */
export interface TlsParts {
  readonly ca: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Reads the certificates of a host: from files, from a context of Docker's, or from a secret. Throws `configuration`, and `unauthorized` for an expired one. */
export async function readTls(source: TlsSource, secrets: Secrets | undefined, signal: AbortSignal): Promise<TlsParts> {
  const parts = await readSource(source, secrets, signal);
  refuseExpired(parts);
  return parts;
}

async function readSource(source: TlsSource, secrets: Secrets | undefined, signal: AbortSignal): Promise<TlsParts> {
  if ('contextName' in source) return await readFiles(contextFiles(source.contextName));
  if ('vscodeSecret' in source) return await readSecret(source.vscodeSecret, secrets, signal);
  return await readFiles(source);
}

/** An engine only says that our certificate is bad; what it is that it does not like can be seen from here. */
function refuseExpired({ cert }: TlsParts): void {
  const until = cert === undefined ? Number.NaN : endOf(cert);
  if (!(until < Date.now())) return;
  throw fail(
    'unauthorized',
    `Our client certificate for the Docker Engine has expired (${new Date(until).toISOString().slice(0, 10)}).`,
    'Have a new one issued by the CA of the engine, and give it as tls.cert with its key.',
  );
}

/** What cannot be read is told when the connection is made. */
function endOf(cert: Buffer): number {
  try {
    return Date.parse(new X509Certificate(cert).validTo);
  } catch {
    return Number.NaN;
  }
}

async function readFiles(files: TlsFiles): Promise<TlsParts> {
  const [ca, cert, key] = await Promise.all([
    readPart('CA', files.ca),
    files.cert === undefined ? undefined : readPart('certificate', files.cert),
    files.key === undefined ? undefined : readPart('key', files.key),
  ]);
  return { ca, ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

async function readPart(what: string, path: string): Promise<Buffer> {
  try {
    return await readFile(tlsPath(path));
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw fail(
      'configuration',
      `The TLS ${what} file ${path} cannot be read (${reason}).`,
      'Correct the path under tls in the environments file.',
      { cause },
    );
  }
}

/** Where `docker context create --docker ca=…,cert=…,key=…` keeps them (github.com/docker/cli/cli/context/store): a folder by the name's hash. */
function contextFiles(name: string): TlsFiles {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = join(dockerFolder(), 'contexts', 'tls', id, 'docker');
  return { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
}

/** `~/.docker`, or where `DOCKER_CONFIG` says. */
export function dockerFolder(): string {
  return process.env.DOCKER_CONFIG || join(homedir(), '.docker');
}

/** One text of PEM blocks: the private key, then the client's certificate, then those of the authority. */
async function readSecret(name: string, secrets: Secrets | undefined, signal: AbortSignal): Promise<TlsParts> {
  const advice = `Store the key, the client's certificate and the CA in it, one PEM block after the other (command Set Secret, \`${name}\`).`;
  if (!secrets) throw fail('configuration', `The secret \`${name}\` cannot be read here.`, 'Give the certificates as files.');
  let text: string;
  try {
    text = Buffer.from(await secrets.read(`vscode:${name}`, signal)).toString('utf8');
  } catch (error) {
    if (isWaybillError(error) && error.waybill !== 'configuration') throw error;
    throw fail('configuration', `The secret \`${name}\` that holds the certificates cannot be read.`, advice, { cause: error });
  }
  const blocks = text.match(/-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----/g) ?? [];
  const key = blocks.find((block) => block.includes('PRIVATE KEY'));
  const [cert, ...authorities] = blocks.filter((block) => block.includes('BEGIN CERTIFICATE'));
  if (!key || !cert || authorities.length === 0) {
    throw fail('configuration', `The secret \`${name}\` does not hold a private key, a certificate and the CA.`, advice);
  }
  return { ca: Buffer.from(authorities.join('\n')), cert: Buffer.from(cert), key: Buffer.from(key) };
}
