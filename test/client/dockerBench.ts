// Builds on engines of the bench: a folder to build, an order for it, and what a test wants to know of the outcome.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dockerEngines } from '../../client/src/docker/index.ts';
import { isWaybillError, type WaybillError } from '../../client/src/errors.ts';
import type { BuildOrder, BuiltImage, Credentials, Engine } from '../../client/src/ports.ts';
import { ociRegistry } from '../../client/src/registry/index.ts';
import type { BuilderMember, BuildSpec, DockerHost } from '../../server/src/protocol.ts';
import type { EngineAddress } from '../bench/engine.ts';

export const date = new Date('2024-01-02T03:04:05Z');

/** A folder with files, removed by `using`; `parent` is where to make it. */
export function contextFolder(
  files: Readonly<Record<string, string>>,
  parent = tmpdir(),
): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(parent, 'waybill-build-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function orderOf(folder: string, tag: string, more: Partial<BuildSpec> = {}): BuildOrder {
  const spec: BuildSpec = {
    service: 'zero/order-api',
    product: 'zero',
    context: folder,
    dockerfile: join(folder, 'Dockerfile'),
    args: {},
    secrets: [],
    platforms: [],
    repository: tag.slice(0, tag.lastIndexOf(':')),
    tagTemplate: '{sha}',
    labels: { 'com.example.team': 'zero' },
    pool: 'default',
    selector: {},
    timeout: 120,
    errors: [],
    findings: { error: 0, warning: 0, waived: 0 },
    immutableTags: [],
    ...more,
  };
  return { spec, tags: [tag], labels: { 'org.opencontainers.image.revision': 'abc' }, sourceDate: date };
}

export function unixHost(engine: EngineAddress): DockerHost {
  return { name: `unix-${engine.generation}`, host: `unix://${engine.socket}`, labels: {} };
}

export function tlsHost(engine: EngineAddress): DockerHost {
  const { host, port, ca, cert, key } = engine.tcp;
  return { name: `tls-${engine.generation}`, host: `tcp://${host}:${port}`, tls: { ca, cert, key }, labels: {} };
}

export interface Opened extends Disposable {
  readonly engine: Engine;
  /** Registry hosts that credentials were asked for. */
  readonly asked: string[];
}

/** An engine with secrets by reference and accounts by host. */
export function open(
  host: DockerHost,
  accounts: Readonly<Record<string, { user: string; password: string }>> = {},
  secret = 'no secret',
): Opened {
  const asked: string[] = [];
  const credentials: Credentials = {
    forRegistry: async (name) => {
      asked.push(name);
      const account = accounts[name];
      return account && { username: account.user, password: account.password };
    },
  };
  const secrets = { read: async () => Buffer.from(secret) };
  const member: BuilderMember = { ...host, capacity: 1, weight: 1, draining: false, optional: false };
  const engine = dockerEngines({ credentials, secrets, registry: ociRegistry({ credentials }) }).open(member);
  return { engine, asked, [Symbol.dispose]: () => engine.close() };
}

/** The error of something that must fail, with our kind and advice. */
export async function failureOf(action: Promise<unknown>): Promise<WaybillError> {
  try {
    await action;
  } catch (error) {
    if (isWaybillError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** True while some process of this machine has exactly this command line. */
export function runs(...words: readonly string[]): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8') === `${words.join('\0')}\0`;
    } catch {
      return false;
    }
  });
}

export async function until(condition: () => boolean | Promise<boolean>, seconds: number, what: string): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export type { BuiltImage };
