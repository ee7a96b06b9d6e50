import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { BuilderMember, BuilderPool, DockerHost } from '../../../server/src/protocol.ts';
import type { Documents } from '../ports.ts';

/** Name of the pool that holds the contexts of the Docker CLI. */
export const contextPool = 'docker-contexts';

/**
 * The Docker CLI's own hosts, read and never written: its contexts as one pool, and each buildx builder that stands on Docker Engines as a
 * pool of its own, `buildx-<name>`. What cannot be read is left out. Hosts whose certificates are not verified are left out as well (S17).
 * https://docs.docker.com/engine/manage-resources/contexts, github.com/docker/buildx/store
 */
export async function dockerContextPools(
  folder = process.env.DOCKER_CONFIG || join(homedir(), '.docker'),
): Promise<readonly BuilderPool[]> {
  const contexts = await readContexts(folder);
  const hosts = new Map([...contexts, ['default', { name: 'default', host: 'unix:///var/run/docker.sock', labels: {} }] as const]);
  const pools = [...contexts.values()].map(memberOf);
  const builders = await readJson<BuildxInstance>(join(folder, 'buildx', 'instances'));
  return [
    ...(pools.length > 0 ? [poolOf(contextPool, pools)] : []),
    ...builders.flatMap(({ Name, Driver, Nodes }) => {
      if (!Name || (Driver !== 'docker' && Driver !== 'docker-container')) return [];
      const members = (Nodes ?? []).flatMap((node) => nodeOf(node, hosts) ?? []);
      return members.length > 0 ? [poolOf(`buildx-${Name}`, members)] : [];
    }),
  ];
}

interface ContextMeta {
  readonly Name?: string;
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

interface BuildxInstance {
  readonly Name?: string;
  readonly Driver?: string;
  readonly Nodes?: readonly BuildxNode[] | null;
}

interface BuildxNode {
  readonly Name?: string;
  /** A context's name, or an address. */
  readonly Endpoint?: string;
}

async function readContexts(folder: string): Promise<ReadonlyMap<string, DockerHost>> {
  const found = new Map<string, DockerHost>();
  const metas = await readJson<ContextMeta>(join(folder, 'contexts', 'meta'), 'meta.json');
  for (const { Name, Endpoints } of metas) {
    const { Host, SkipTLSVerify } = Endpoints?.docker ?? {};
    if (!Name || !Host || SkipTLSVerify) continue;
    found.set(Name, { name: Name, host: Host, labels: {}, ...(Host.startsWith('tcp://') ? { tls: { contextName: Name } } : {}) });
  }
  return found;
}

function nodeOf({ Name, Endpoint }: BuildxNode, hosts: ReadonlyMap<string, DockerHost>): BuilderMember | undefined {
  if (!Name || !Endpoint) return undefined;
  const host = hosts.get(Endpoint) ?? (/^(unix|ssh):\/\//.test(Endpoint) ? { name: Name, host: Endpoint, labels: {} } : undefined);
  return host && memberOf({ ...host, name: Name });
}

function memberOf(host: DockerHost): BuilderMember {
  return { ...host, capacity: 1, weight: 1, draining: false, optional: true };
}

function poolOf(name: string, members: readonly BuilderMember[]): BuilderPool {
  return { name, policy: 'affinity', maxQueue: 50, patience: 30, members: [...members].sort((a, b) => a.name.localeCompare(b.name)) };
}

/** The JSON of every file of a folder, or of a file of that name in every folder of it. */
async function readJson<T>(folder: string, inside?: string): Promise<readonly T[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const read = async (name: string): Promise<readonly T[]> => {
    try {
      return [JSON.parse(await readFile(join(folder, name, ...(inside ? [inside] : [])), 'utf8')) as T];
    } catch {
      return [];
    }
  };
  return (await Promise.all(names.map(read))).flat();
}

/** Documents whose model has these pools too, behind those of the workspace; a pool of the workspace with the same name wins. */
export function withDockerContexts(documents: Documents, trusted: () => boolean, folder?: string): Documents {
  return {
    ...documents,
    async model(signal) {
      const model = await documents.model(signal);
      if (!trusted()) return model;
      const known = new Set(model.pools.map(({ name }) => name));
      const more = (await dockerContextPools(folder)).filter(({ name }) => !known.has(name));
      return { ...model, pools: [...model.pools, ...more] };
    },
  };
}
