import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../errors.ts';
import type { Credentials, RegistryCredential } from '../ports.ts';
import { runProgram } from './program.ts';
import type { Redactor } from './redactor.ts';

export interface DockerConfigOptions {
  readonly redactor: Redactor;
  /** Absent: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`. */
  readonly file?: string;
  /** Milliseconds that a credential helper may take; 10 seconds by default. */
  readonly timeout?: number;
}

interface DockerConfig {
  readonly auths: Readonly<Record<string, { readonly auth?: string; readonly username?: string; readonly password?: string }>>;
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

/**
 * Registry credentials from Docker's own configuration: `credHelpers`, `credsStore`, `auths`, in Docker's order. A credential is
 * handed out for exactly the host it was stored for (S7). The file is read at every call, so a new `docker login` counts at once.
 * Protocol of helpers: https://github.com/docker/docker-credential-helpers#development
 */
export function dockerConfigCredentials(options: DockerConfigOptions): Credentials {
  return {
    async forRegistry(host, signal) {
      signal.throwIfAborted();
      const config = await readConfig(options);
      if (!config) return undefined;
      const credential = await find(config, registryHost(host), options, signal);
      if (credential) {
        options.redactor.register(credential.password);
        options.redactor.register(Buffer.from(`${credential.username}:${credential.password}`).toString('base64'));
      }
      return credential;
    },
  };
}

async function find(
  config: DockerConfig,
  host: string,
  options: DockerConfigOptions,
  signal: AbortSignal,
): Promise<RegistryCredential | undefined> {
  const [key, helper] = entryFor(config.credHelpers, host) ?? [];
  if (key && helper) return askHelper(helper, key, host, options, signal);
  const [stored, entry] = entryFor(config.auths, host) ?? [];
  const own = entry && plain(entry);
  if (own) return own;
  if (!config.credsStore) return undefined;
  return askHelper(config.credsStore, stored ?? serverName(host), host, options, signal);
}

/** The one entry whose key names exactly this host: with or without scheme and path, never a part of a name. */
function entryFor<T>(map: Readonly<Record<string, T>>, host: string): readonly [string, T] | undefined {
  return Object.entries(map).find(([key]) => registryHost(key) === host);
}

/** `https://index.docker.io/v1/` and `docker.io` are one registry under two names; all else is itself. */
export function registryHost(key: string): string {
  const host = key
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/\/.*$/, '')
    .toLowerCase();
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

function serverName(host: string): string {
  return host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
}

function plain(entry: DockerConfig['auths'][string]): RegistryCredential | undefined {
  if (entry.username && entry.password) return { username: entry.username, password: entry.password };
  const text = Buffer.from(entry.auth ?? '', 'base64')
    .toString('utf8')
    .replace(/\0+$/, '');
  const colon = text.indexOf(':');
  return colon > 0 ? { username: text.slice(0, colon), password: text.slice(colon + 1) } : undefined;
}

async function askHelper(
  helper: string,
  server: string,
  host: string,
  options: DockerConfigOptions,
  signal: AbortSignal,
): Promise<RegistryCredential | undefined> {
  if (!/^[\w.-]+$/.test(helper)) {
    throw fail(
      'configuration',
      `Docker's configuration names the credential helper \`${helper}\`, which is no program name.`,
      'Correct it.',
    );
  }
  const program = `docker-credential-${helper}`;
  const result = await runProgram(program, ['get'], { input: server, timeout: options.timeout ?? 10_000 }, signal);
  if (result.ended === 'missing') {
    const advice = `Install \`${program}\`, or remove it from Docker's configuration and log in again.`;
    throw fail('unauthorized', `The credential helper \`${program}\` for \`${host}\` is not installed.`, advice);
  }
  if (result.ended === 'timeout') {
    throw fail(
      'unauthorized',
      `The credential helper \`${program}\` for \`${host}\` did not answer in time.`,
      'Unlock its store and try again.',
    );
  }
  if (result.code !== 0) {
    if (/credentials not found/i.test(result.stdout + result.stderr)) return undefined;
    const advice = `Run \`docker login ${host}\` and try again.`;
    throw fail('unauthorized', `The credential helper \`${program}\` could not read the credentials of \`${host}\`.`, advice);
  }
  return answerOf(result.stdout, program, host);
}

function answerOf(text: string, program: string, host: string): RegistryCredential | undefined {
  const answer = jsonObject(text);
  const { ServerURL: server, Username: username, Secret: password } = answer ?? {};
  if (typeof username !== 'string' || typeof password !== 'string') {
    throw fail(
      'unauthorized',
      `The credential helper \`${program}\` gave no answer that can be read.`,
      `Run \`docker login ${host}\` again.`,
    );
  }
  // A helper that answers for another host must not send that host's password here.
  if (typeof server === 'string' && server !== '' && registryHost(server) !== host) return undefined;
  return password === '' ? undefined : { username, password };
}

async function readConfig(options: DockerConfigOptions): Promise<DockerConfig | undefined> {
  const file = options.file ?? join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  const config = jsonObject(text);
  if (!config) throw fail('configuration', `Docker's configuration \`${file}\` is not JSON.`, 'Repair it, or run `docker login` again.');
  return {
    auths: record(config.auths, (value) => (isObject(value) ? strings(value) : undefined)),
    credHelpers: record(config.credHelpers, (value) => (typeof value === 'string' ? value : undefined)),
    ...(typeof config.credsStore === 'string' && config.credsStore ? { credsStore: config.credsStore } : {}),
  };
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function strings(value: Record<string, unknown>): Record<string, string> {
  return record(value, (member) => (typeof member === 'string' ? member : undefined));
}

function record<T>(value: unknown, read: (member: unknown) => T | undefined): Record<string, T> {
  const result: Record<string, T> = {};
  for (const [key, member] of Object.entries(isObject(value) ? value : {})) {
    const item = read(member);
    if (item !== undefined) result[key] = item;
  }
  return result;
}
