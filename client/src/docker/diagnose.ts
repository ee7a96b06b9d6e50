import { lookup } from 'node:dns/promises';
import { access, constants, stat } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import type { DockerHost } from '../../../server/src/protocol.ts';
import { isWaybillError } from '../errors.ts';
import type { DiagnosisStep, Secrets } from '../ports.ts';
import { type Address, parseAddress } from './address.ts';
import { connect, type DockerConnection } from './connection.ts';
import { activeBuilds } from './control.ts';
import { connectionFault } from './faults.ts';
import { openTls } from './transport.ts';

/** What one step found out: a sentence, or a failure that ends the diagnosis. */
type Look = (signal: AbortSignal) => Promise<string | undefined>;

const seconds = 10;

/**
 * Goes the way to an engine step by step, and tells each as it is done: address, name, route, TLS, API, permissions, builder, disk. Ends with
 * the first that fails. Opens its own connections, and changes nothing.
 */
export async function diagnose(
  host: DockerHost,
  secrets: Secrets | undefined,
  report: (step: DiagnosisStep) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const opened: { address?: Address; connection?: DockerConnection } = {};
  const address = (): Address => {
    opened.address ??= parseAddress(host);
    return opened.address;
  };
  const connection = (): DockerConnection => {
    opened.connection ??= connect(host, secrets);
    return opened.connection;
  };
  const steps: readonly (readonly [string, Look])[] = [
    ['address', async () => addressWords(address())],
    ['name', async () => await nameWords(address())],
    ['route', async (abort) => await routeWords(address(), abort)],
    ['TLS', async () => await tlsWords(address(), secrets)],
    ['API', async (abort) => await apiWords(connection(), abort)],
    ['permissions', async (abort) => await infoWords(connection(), abort)],
    ['builds', async (abort) => await buildWords(connection(), abort)],
    ['disk', async (abort) => await diskWords(connection(), abort)],
  ];
  try {
    for (const [name, look] of steps) {
      if (!(await taken(host, name, look, report, signal))) return false;
    }
    return true;
  } finally {
    opened.connection?.close();
  }
}

/** Takes one step; true when the next one may follow. A step that does not concern this kind of address says nothing. */
async function taken(
  host: DockerHost,
  name: string,
  look: Look,
  report: (step: DiagnosisStep) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const began = performance.now();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(name === 'disk' ? 60_000 : seconds * 1000)]);
  try {
    const detail = await look(limit);
    if (detail !== undefined) report({ name, ok: true, detail, milliseconds: performance.now() - began });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    const late = limit.aborted && !isWaybillError(error);
    const fault = connectionFault(host, late ? Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }) : error);
    report({ name, ok: false, detail: fault.message, advice: fault.advice, milliseconds: performance.now() - began });
    return false;
  }
}

function addressWords(address: Address): string {
  switch (address.kind) {
    case 'unix':
      return `the socket ${address.path}`;
    case 'ssh':
      return `${address.host} over the system's ssh${address.user ? `, as ${address.user}` : ''}`;
    default:
      return `${address.host}, port ${address.port}, ${address.kind === 'tls' ? 'with mutual TLS' : 'without TLS'}`;
  }
}

async function nameWords(address: Address): Promise<string | undefined> {
  if (address.kind === 'unix') {
    const found = await stat(address.path);
    if (!found.isSocket()) throw Object.assign(new Error(`${address.path} is no socket`), { code: 'ENOTSOCK' });
    await access(address.path, constants.R_OK | constants.W_OK);
    return 'the socket is there, and this user may use it';
  }
  // Names of ssh are aliases of its own configuration.
  if (address.kind === 'ssh') return undefined;
  const found = await lookup(address.host, { all: true });
  return `${address.host} is ${found.map((one) => one.address).join(', ')}`;
}

async function routeWords(address: Address, signal: AbortSignal): Promise<string | undefined> {
  if (address.kind === 'unix' || address.kind === 'ssh') return undefined;
  await new Promise<void>((done, failed) => {
    const socket = connectSocket({ host: address.host, port: address.port });
    const stop = (): void => void socket.destroy(new Error('no connection'));
    signal.addEventListener('abort', stop, { once: true });
    socket.once('error', failed).once('connect', () => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      done();
    });
  });
  return `port ${address.port} is open`;
}

async function tlsWords(address: Address, secrets: Secrets | undefined): Promise<string | undefined> {
  if (address.kind !== 'tls') return undefined;
  const socket = await openTls(address, secrets);
  try {
    await new Promise<void>((done, failed) => socket.once('secureConnect', done).once('error', failed));
    const { subject, issuer, valid_to: until } = socket.getPeerCertificate();
    const days = Math.floor((Date.parse(until) - Date.now()) / 86_400_000);
    return `${socket.getProtocol() ?? 'TLS'}, certificate of ${subject.CN ?? 'an unnamed host'} by ${issuer.CN ?? 'an unnamed authority'}, ${days} more days`;
  } finally {
    socket.destroy();
  }
}

async function apiWords(connection: DockerConnection, signal: AbortSignal): Promise<string> {
  const { version, apiVersion, os, arch } = await connection.version(signal);
  return `Docker Engine ${version}, API ${apiVersion}, ${os}/${arch}`;
}

interface Info {
  readonly Name?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly Driver?: string;
  readonly Warnings?: readonly string[] | null;
}

async function infoWords(connection: DockerConnection, signal: AbortSignal): Promise<string> {
  const { Name = 'a host', NCPU = 0, MemTotal = 0, Driver = 'unknown' } = await connection.json<Info>('GET', '/info', {}, signal);
  return `${Name} answers: ${NCPU} processors, ${gigabytes(MemTotal)} of memory, images in ${Driver}`;
}

async function buildWords(connection: DockerConnection, signal: AbortSignal): Promise<string> {
  const { buildkit } = await connection.version(signal);
  if (!buildkit) return 'the classic builder alone: no secrets, no mounts, no here-documents';
  const active = await activeBuilds(connection, signal);
  return active === undefined
    ? 'BuildKit; it does not tell how many builds run'
    : `BuildKit; ${active === 0 ? 'no builds run' : `${active} running`}`;
}

interface DiskUsage {
  readonly LayersSize?: number;
  readonly BuildCache?: readonly { readonly Size?: number; readonly Shared?: boolean }[] | null;
  readonly BuildCacheUsage?: { readonly TotalSize?: number };
  readonly ImageUsage?: { readonly TotalSize?: number };
}

async function diskWords(connection: DockerConnection, signal: AbortSignal): Promise<string> {
  const usage = await connection.json<DiskUsage>('GET', '/system/df', { seconds: 60 }, signal);
  const cache =
    usage.BuildCacheUsage?.TotalSize ?? (usage.BuildCache ?? []).reduce((sum, { Size = 0, Shared }) => sum + (Shared ? 0 : Size), 0);
  const layers = usage.ImageUsage?.TotalSize ?? usage.LayersSize ?? 0;
  return `${gigabytes(cache)} of build cache, ${gigabytes(layers)} of images`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GB`;
}
