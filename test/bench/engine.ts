// A real Docker Engine of either generation, with its own containerd, its own network and its own certificate authority.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { delimiter, dirname, join } from 'node:path';
import { buildEngine } from './build.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type Component, command, type Daemon, environment, freePort, startDaemon, stopping, untilReady, withClaim } from './component.ts';
import { needPackages } from './install.ts';
import type { Claim } from './ledger.ts';

/** '20.10' is Debian's engine (API 1.41, classic builder and BuildKit); '29' is a current one (API 1.52 and later). */
export type Generation = '20.10' | '29';

export interface EngineOptions {
  /** '20.10' by default. */
  readonly generation?: Generation;
  /** Listens on TCP with mutual TLS too; true by default. */
  readonly tls?: boolean;
  /** Further dockerd arguments, for example `--label=disk=ssd`. */
  readonly args?: readonly string[];
  /** Environment of dockerd, for example DOCKER_BUILDKIT settings. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Where an engine answers. Plain data, so that another process can use an engine that this one started. */
export interface EngineAddress {
  readonly generation: Generation;
  /** Path of the unix socket. */
  readonly socket: string;
  /** Address and paths of PEM files; `certPath` is a folder with ca.pem, cert.pem and key.pem as DOCKER_CERT_PATH wants it. */
  readonly tcp: {
    readonly host: string;
    readonly port: number;
    readonly ca: string;
    readonly cert: string;
    readonly key: string;
    readonly certPath: string;
  };
  readonly log: string;
}

/** An engine to use: its address, and the docker client set on it. */
export interface EngineHandle extends EngineAddress {
  /** Runs the docker client against this engine and returns its output. */
  docker(...args: readonly string[]): Promise<string>;
}

/** A running engine. The unix socket answers as long as it runs; the TCP address asks for a client certificate. */
export interface Engine extends EngineHandle, Component {
  readonly folder: string;
  /** The process id of the dockerd that runs now. */
  pid(): number;
  /** Kills dockerd with SIGKILL and waits until it is gone; its containers go on until it is started again. */
  kill9(): Promise<void>;
  /** Ends dockerd if it runs (with SIGTERM) and starts it on the same addresses and data. */
  restart(): Promise<void>;
}

/** The handle for an engine's address. */
export function engineHandle(address: EngineAddress): EngineHandle {
  const configuration = join(dirname(address.log), 'client');
  const env = { ...environment(), DOCKER_CONFIG: configuration };
  return { ...address, docker: (...args) => command('docker', ['-H', `unix://${address.socket}`, ...args], { env }) };
}

/** Starts an engine; ready when `/_ping` answers. Needs root. Throws with the end of its log when it does not start. */
export function startEngine(options: EngineOptions = {}): Promise<Engine> {
  return withClaim((claim) => startClaimed(claim, options));
}

async function startClaimed(claim: Claim, options: EngineOptions): Promise<Engine> {
  if (process.getuid?.() !== 0) throw new Error('A Docker Engine of the bench needs root: it makes networks, mounts and control groups.');
  needPackages('engine');
  const generation = options.generation ?? '20.10';
  const programs = generation === '29' ? await buildEngine() : undefined;
  const env = { ...options.env, ...(programs ? { PATH: `${programs}${delimiter}${environment().PATH}` } : {}) };
  const folder = claim.folder();
  const group = folder.slice(folder.lastIndexOf('/') + 1);
  for (const name of ['data', 'exec', 'tls']) mkdirSync(join(folder, name));
  claim.take({ kind: 'cgroup', name: group }); // Released after dockerd was killed: its data go too, so nothing needs its slow goodbye.
  const network = await makeNetwork(claim);
  await startContainerd(claim, folder, env);
  const certificates = await makeCertificates(join(folder, 'pki'));
  const port = await freePort();
  const socket = join(folder, 'docker.sock');
  const args = [
    ...[
      '--config-file',
      emptyConfig(folder),
      '--data-root',
      join(folder, 'data'),
      '--exec-root',
      join(folder, 'exec'),
      '-p',
      join(folder, 'pid'),
    ],
    ...[
      '--containerd',
      join(folder, 'containerd.sock'),
      '-H',
      `unix://${socket}`,
      '--cgroup-parent',
      `/${group}`,
      '--exec-opt',
      'native.cgroupdriver=cgroupfs',
    ],
    ...['--bridge', network.bridge, '--iptables=false', '--ip6tables=false', '--ip-masq=false', '--userland-proxy=true'],
    ...['--default-address-pool', `base=${network.prefix}128.0/17,size=24`, '--shutdown-timeout', '3'],
    ...(options.tls === false ? [] : tlsArguments(port, certificates)),
    ...(options.args ?? []),
  ];
  const log = join(folder, 'dockerd.log');
  const start = async (): Promise<Daemon> => {
    const program = programs ? join(programs, 'dockerd') : 'dockerd';
    const daemon = startDaemon(claim, { name: `Docker Engine ${generation}`, command: program, args, log, env, grace: 0 });
    await untilReady(daemon, () => engineRequest(socket, '/_ping'));
    return daemon;
  };
  let daemon = await start();
  const tcp = { host: '127.0.0.1', port, ...clientFiles(folder, certificates) };
  return {
    ...stopping(claim),
    ...engineHandle({ generation, socket, tcp, log }),
    folder,
    pid: () => daemon.pid,
    kill9: () => daemon.end('SIGKILL'),
    restart: async () => {
      await daemon.end('SIGTERM');
      daemon = await start();
    },
  };
}

/**
 * A bridge with a /16 of its own: engines do not share packet filter rules, so they do not disturb each other.
 * The bridge's name is made of the network's number, so that the kernel lets only one of two racing starts have it.
 */
async function makeNetwork(claim: Claim): Promise<{ bridge: string; prefix: string }> {
  await command('sysctl', ['-q', 'net.ipv4.ip_forward=1']); // Else the first engine would set it and drop all forwarding.
  const routes = await command('ip', ['-o', '-4', 'route', 'show', 'table', 'all']);
  for (let second = 180; second < 250; second += 1) {
    const prefix = `10.${second}.`;
    if (` ${routes.replaceAll('\n', ' ')}`.includes(` ${prefix}`)) continue;
    const bridge = `waybill${second}`;
    try {
      await command('ip', ['link', 'add', bridge, 'type', 'bridge']);
    } catch {
      continue; // Another engine was faster.
    }
    claim.take({ kind: 'network', prefix });
    await command('ip', ['addr', 'add', `${prefix}0.1/17`, 'dev', bridge]);
    await command('ip', ['link', 'set', bridge, 'up']);
    return { bridge, prefix };
  }
  throw new Error('No free network between 10.180.0.0/16 and 10.249.0.0/16 for a Docker Engine.');
}

async function startContainerd(claim: Claim, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const config = join(folder, 'containerd.toml');
  const socket = join(folder, 'containerd.sock');
  writeFileSync(
    config,
    `version = 2\nroot = "${folder}/containerd"\nstate = "${folder}/containerd-run"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\n  address = "${socket}"\n`,
  );
  const daemon = startDaemon(claim, {
    name: 'containerd',
    command: 'containerd',
    args: ['--config', config],
    log: join(folder, 'containerd.log'),
    env,
  });
  await untilReady(daemon, () => command('ctr', ['-a', socket, 'version']));
}

function emptyConfig(folder: string): string {
  const path = join(folder, 'daemon.json');
  writeFileSync(path, '{}\n'); // The machine's own /etc/docker/daemon.json has no say here.
  return path;
}

function tlsArguments(port: number, files: Certificates): string[] {
  return [
    ...['-H', `tcp://127.0.0.1:${port}`, '--tlsverify', '--tlscacert', files.ca],
    ...['--tlscert', files.serverCertificate, '--tlskey', files.serverKey],
  ];
}

function clientFiles(folder: string, files: Certificates): { ca: string; cert: string; key: string; certPath: string } {
  const certPath = join(folder, 'tls');
  const paths = { ca: join(certPath, 'ca.pem'), cert: join(certPath, 'cert.pem'), key: join(certPath, 'key.pem') };
  writeFileSync(paths.ca, readFileSync(files.ca));
  writeFileSync(paths.cert, readFileSync(files.clientCertificate));
  writeFileSync(paths.key, readFileSync(files.clientKey), { mode: 0o600 });
  return { ...paths, certPath };
}

/** What a client needs to speak TLS to an engine: the content of PEM files. */
export interface TlsAddress {
  readonly host: string;
  readonly port: number;
  readonly ca: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** One GET to an engine (by socket path or by TLS address); the body, or an error for anything but a 2xx answer. */
export function engineRequest(target: string | TlsAddress, path: string, method = 'GET'): Promise<string> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = { path, method, timeout: 5_000, agent: false };
    const call = typeof target === 'string' ? request({ ...options, socketPath: target }) : secureRequest({ ...options, ...target });
    call.on('timeout', () => call.destroy(new Error('no answer within 5 s')));
    call.on('error', reject);
    call.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        (response.statusCode ?? 500) < 300 ? resolve(body) : reject(new Error(`${response.statusCode}: ${body.trim()}`)),
      );
    });
    call.end();
  });
}
