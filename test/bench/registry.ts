// A real registry (Debian's docker-registry), with or without basic authentication.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Component, command, freePort, startDaemon, stopping, untilReady, withClaim } from './component.ts';
import { needPackages } from './install.ts';
import type { Claim } from './ledger.ts';

export interface RegistryOptions {
  /** Asks for basic authentication with this one account. */
  readonly account?: { readonly user: string; readonly password: string };
  /** A port of one's own choice (a registry that comes back at its address); a free one by default. */
  readonly port?: number;
}

/** Where a registry answers. */
export interface RegistryAddress {
  /** `127.0.0.1:PORT`, as it is written in image references. Loopback registries speak HTTP and count as insecure for an engine. */
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly log: string;
  /** Present when it asks for authentication. */
  readonly account?: { readonly user: string; readonly password: string };
}

export interface Registry extends RegistryAddress, Component {}

/** Starts a registry with deletion enabled; ready when `/v2/` answers 200, or 401 when it has an account. */
export function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  return withClaim((claim) => startClaimed(claim, options));
}

async function startClaimed(claim: Claim, options: RegistryOptions): Promise<Registry> {
  needPackages('registry');
  const folder = claim.folder();
  const port = options.port ?? (await freePort());
  const host = `127.0.0.1:${port}`;
  const url = `http://${host}`;
  const log = join(folder, 'registry.log');
  mkdirSync(join(folder, 'data'));
  const authentication = options.account ? { htpasswd: { realm: 'bench', path: await passwordFile(folder, options.account) } } : undefined;
  const config = {
    version: '0.1',
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true }, cache: { blobdescriptor: 'inmemory' } },
    http: { addr: host },
    ...(authentication ? { auth: authentication } : {}),
  };
  const file = join(folder, 'config.yml');
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 }); // JSON is YAML.
  const daemon = startDaemon(claim, { name: 'registry', command: 'docker-registry', args: ['serve', file], log });
  await untilReady(daemon, async () => {
    const { status } = await fetch(`${url}/v2/`, { signal: AbortSignal.timeout(2_000) });
    if (status !== (options.account ? 401 : 200)) throw new Error(`/v2/ answers ${status}`);
  });
  return { ...stopping(claim), host, port, url, log, ...(options.account ? { account: options.account } : {}) };
}

/** An htpasswd file with a bcrypt hash (the only kind that the registry accepts), made by the crypt(3) of Perl, which Debian always has. */
async function passwordFile(folder: string, account: { user: string; password: string }): Promise<string> {
  const path = join(folder, 'htpasswd');
  const script =
    'my @s=("a".."z","A".."Z",0..9); my $salt=join "",map {$s[rand @s]} 1..21; print crypt($ENV{BENCH_PASSWORD},"\\$2y\\$05\\$".$salt."u")';
  const hash = await command('perl', ['-e', script], { env: { ...process.env, BENCH_PASSWORD: account.password } });
  if (!hash.startsWith('$2y$')) throw new Error('This machine cannot make bcrypt hashes with Perl; the registry accepts no other.');
  writeFileSync(path, `${account.user}:${hash}\n`, { mode: 0o600 });
  return path;
}
