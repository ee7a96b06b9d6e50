import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DockerHost, TlsSource } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';

/** Where a Docker Engine listens, validated. Nothing of it comes from the environment. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'tls'; readonly host: string; readonly port: number; readonly tls: TlsSource }
  | { readonly kind: 'ssh'; readonly host: string; readonly port: number | undefined; readonly user: string | undefined };

const forms = 'unix:///path/docker.sock, tcp://host:2376 with tls, or ssh://user@host';

/** Reads `host` of a member or compose host; throws `configuration` for what is malformed and for tcp without TLS (S17). */
export function parseAddress(host: DockerHost): Address {
  const scheme = /^([a-z]+):\/\//.exec(host.host)?.[1];
  if (scheme === 'unix' || scheme === 'npipe') return unixAddress(host, scheme);
  if (scheme === 'tcp') return tcpAddress(host);
  if (scheme === 'ssh') return sshAddress(host);
  throw fail(
    'configuration',
    `Host \`${host.name}\` has the address \`${host.host}\`, which is none that a Docker Engine has.`,
    `Write ${forms}.`,
  );
}

function unixAddress(host: DockerHost, scheme: string): Address {
  const path = host.host.slice(`${scheme}://`.length);
  if (!path.startsWith('/')) {
    throw fail(
      'configuration',
      `Host \`${host.name}\`: the socket path in \`${host.host}\` is not absolute.`,
      'Write unix:/// and the absolute path.',
    );
  }
  return { kind: 'unix', path: scheme === 'npipe' ? path.replaceAll('/', '\\') : path };
}

function parsed(host: DockerHost): URL {
  try {
    return new URL(host.host);
  } catch {
    throw fail('configuration', `Host \`${host.name}\`: \`${host.host}\` is not an address.`, `Write ${forms}.`);
  }
}

function tcpAddress(host: DockerHost): Address {
  const url = parsed(host);
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!name || url.username || (url.pathname !== '' && url.pathname !== '/')) {
    throw fail('configuration', `Host \`${host.name}\`: \`${host.host}\` is not tcp://host:port.`, `Write ${forms}.`);
  }
  const port = Number(url.port) || (host.tls ? 2376 : 2375);
  if (host.tls) return { kind: 'tls', host: name, port, tls: host.tls };
  if (!host.insecure && !isLoopback(name)) {
    throw fail(
      'configuration',
      `Host \`${host.name}\` would be reached over tcp without TLS: whoever is on the way could take over the machine.`,
      'Give it tls: {ca, cert, key}, or use ssh://, or set insecure: true if the network is trusted.',
    );
  }
  return { kind: 'tcp', host: name, port };
}

/** Names that ssh cannot take for an option, and that no shell would see anything in. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/;

function sshAddress(host: DockerHost): Address {
  const url = parsed(host);
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const user = decodeURIComponent(url.username);
  const plain = plainName.test(name) && (user === '' || plainName.test(user));
  if (!plain || url.password || (url.pathname !== '' && url.pathname !== '/')) {
    throw fail(
      'configuration',
      `Host \`${host.name}\`: \`${host.host}\` is not ssh://user@host or ssh://user@host:port.`,
      `Write ${forms}.`,
    );
  }
  return { kind: 'ssh', host: name, port: url.port ? Number(url.port) : undefined, user: user || undefined };
}

/** True for `localhost`, 127.0.0.0/8 and ::1, by name alone; nothing is resolved. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Absolute path of a TLS file; `~/` is the user's home. */
export function tlsPath(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
