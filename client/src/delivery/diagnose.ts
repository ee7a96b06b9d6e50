import type { DockerHost, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DiagnosisStep } from '../ports.ts';
import { closest } from './closest.ts';

/** Every Docker host that a workspace names, by `pool/member` or `product/environment/host`. */
export function dockerHosts(model: WorkspaceModel): ReadonlyMap<string, DockerHost> {
  const hosts = new Map<string, DockerHost>();
  for (const pool of model.pools) for (const member of pool.members) hosts.set(`${pool.name}/${member.name}`, member);
  for (const { product, name, target } of model.environments) {
    if (target.kind === 'compose' && 'hosts' in target) for (const host of target.hosts) hosts.set(`${product}/${name}/${host.name}`, host);
  }
  return hosts;
}

/** The host with this key, or with this name when only one has it. Throws `configuration` with the nearest. */
export function findHost(model: WorkspaceModel, name: string): { readonly key: string; readonly host: DockerHost } {
  const hosts = dockerHosts(model);
  const found = [...hosts].filter(([key, host]) => key === name || host.name === name);
  const [first] = found;
  if (first && found.length === 1) return { key: first[0], host: first[1] };
  if (first) {
    const keys = found.map(([key]) => `\`${key}\``).join(', ');
    throw fail('configuration', `Several hosts are called \`${name}\`: ${keys}.`, 'Write the whole of one.');
  }
  const near = closest(name, [...hosts.keys(), ...[...hosts.values()].map((host) => host.name)]);
  throw fail(
    'configuration',
    `No builder and no environment has a host \`${name}\`.`,
    near ? `Did you mean \`${near}\`?` : `Known: ${[...hosts.keys()].map((key) => `\`${key}\``).join(', ') || 'none'}.`,
  );
}

/** One line of a diagnosis, and below a failure what to do. */
export function diagnosisLines({ name, ok, detail, advice, milliseconds }: DiagnosisStep): readonly string[] {
  const time = milliseconds >= 1 ? `  (${Math.round(milliseconds)} ms)` : '';
  return [`${ok ? '✔' : '✘'} ${name.padEnd(12)} ${detail}${time}`, ...(ok || !advice ? [] : [`  ${''.padEnd(12)} ${advice}`])];
}
