/** The hosts of a compose environment: connections kept open, and who is at their other end. */
import type { ComposeTarget, DockerHost, EnvironmentSummary } from '../../../server/src/protocol.ts';
import { connect, type DockerConnection } from '../docker/connection.ts';
import { fail } from '../errors.ts';
import type { Secrets } from '../ports.ts';
import { canonicalJson } from './hash.ts';

export interface HostPool {
  /** The connection to a host; opened at the first use. */
  of(host: DockerHost): DockerConnection;
  close(): void;
}

export function hostPool(secrets: Secrets): HostPool {
  const open = new Map<string, DockerConnection>();
  return {
    of: (host) => {
      const key = canonicalJson(host);
      const connection = open.get(key) ?? connect(host, secrets);
      open.set(key, connection);
      return connection;
    },
    close: () => {
      for (const connection of open.values()) connection.close();
      open.clear();
    },
  };
}

/** An environment whose target is known to be compose hosts. */
export interface ComposeEnvironment {
  readonly summary: EnvironmentSummary;
  readonly target: ComposeTarget;
}

/** Throws `configuration` for another kind of target, or one without hosts. */
export function composeEnvironment(summary: EnvironmentSummary): ComposeEnvironment {
  const { target } = summary;
  if (!isCompose(target)) {
    throw fail(
      'configuration',
      `Environment ${summary.name} is of kind ${target.kind}, not compose.`,
      'Set kind: compose in the environments file.',
    );
  }
  if (target.hosts.length === 0) {
    throw fail('configuration', `Environment ${summary.name} names no hosts.`, 'Add compose.hosts in the environments file.');
  }
  return { summary, target };
}

function isCompose(target: EnvironmentSummary['target']): target is ComposeTarget {
  return target.kind === 'compose' && 'hosts' in target && Array.isArray(target.hosts);
}

/** Who answered for a host: recorded in the plan and compared before anything is written (S2). */
export interface HostIdentity {
  readonly host: string;
  readonly address: string;
  readonly version: string;
  readonly platform: string;
  /** Unique to a daemon's data folder. */
  readonly daemonId: string;
}

export async function identifyHost(connection: DockerConnection, signal: AbortSignal): Promise<HostIdentity> {
  const version = await connection.version(signal);
  const info = await connection.json<{ ID?: string; Name?: string }>('GET', '/info', {}, signal);
  return {
    host: connection.host.name,
    address: connection.host.host,
    version: version.version,
    platform: `${version.os}/${version.arch}`,
    daemonId: info.ID ?? info.Name ?? '',
  };
}

export function identityLine(identity: HostIdentity): string {
  return `${identity.host}: ${identity.address}, Docker Engine ${identity.version} (${identity.platform}), daemon ${identity.daemonId}`;
}

/** Throws `wrong-target` when two hosts of an environment are one daemon, or one is not the daemon that the plan saw. */
export function checkIdentities(found: readonly HostIdentity[], planned: readonly HostIdentity[] | undefined): void {
  const seen = new Map<string, string>();
  for (const { host, daemonId } of found) {
    const other = seen.get(daemonId);
    if (other !== undefined) {
      throw fail('wrong-target', `Hosts ${other} and ${host} are the same daemon (${daemonId}).`, 'Name each Docker Engine once.');
    }
    seen.set(daemonId, host);
    const before = planned?.find((identity) => identity.host === host);
    if (before && before.daemonId !== daemonId) {
      throw fail(
        'wrong-target',
        `Another Docker Engine answers for ${host}: ${daemonId}, the plan was made with ${before.daemonId}.`,
        'Find out what changed at that address, then make the plan again.',
      );
    }
  }
}
