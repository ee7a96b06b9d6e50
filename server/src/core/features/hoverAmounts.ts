import type { EffectiveService, EnvironmentSummary, ServicePort } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { cpuCores, memoryBytes, memoryText } from '../service/amounts.ts';
import { numberAt, textAt, valueAt, type YamlNode, type YamlPath } from '../yaml/tree.ts';
import { effectiveIn, effectivePlace } from './hoverEffective.ts';

/** What the instances of a service ask for together, by environment. */
export function resourceSums(context: ManifestContext, path: YamlPath): string | undefined {
  const place = effectivePlace(context, path);
  if (!place || !isAboutAmounts(place.rest)) return undefined;
  const rows = place.environments.flatMap((environment) => {
    const result = effectiveIn(context, environment);
    if (!result) return [];
    const { requests, limits } = result.service.resources;
    const counts = instances(result.service, result.tree);
    const cells = [
      total(requests.cpu, counts, cpu),
      total(requests.memory, counts, memory),
      total(limits.cpu, counts, cpu),
      total(limits.memory, counts, memory),
    ];
    return [{ name: environment.name, counts, cells }];
  });
  const columns = headings.flatMap((heading, i) => (rows.some(({ cells }) => cells[i] !== nothing) ? [{ heading, i }] : []));
  if (columns.length === 0 || rows.every(({ counts }) => counts.every((count) => count === 1))) return undefined;
  return [
    'All instances together:',
    '',
    `| Environment | Instances | ${columns.map(({ heading }) => heading).join(' | ')} |`,
    `| --- | --- | ${columns.map(() => '---').join(' | ')} |`,
    ...rows.map(({ name, counts, cells }) => `| \`${name}\` | ${counts.join('–')} | ${columns.map(({ i }) => cells[i]).join(' | ')} |`),
  ].join('\n');
}

const headings = ['CPU requested', 'Memory requested', 'CPU limit', 'Memory limit'];
const nothing = '–';

function isAboutAmounts([section, key]: YamlPath): boolean {
  return section === 'resources' || (section === 'scale' && (key === undefined || key === 'replicas' || key === 'auto'));
}

/** How many instances there are: one number, or the fewest and the most. */
function instances({ replicas }: EffectiveService, tree: YamlNode): readonly number[] {
  const min = numberAt(tree, 'scale', 'auto', 'min');
  const max = numberAt(tree, 'scale', 'auto', 'max');
  return max === undefined ? [replicas] : [min ?? replicas, max];
}

function total(
  amount: string | undefined,
  counts: readonly number[],
  times: (amount: string, count: number) => string | undefined,
): string {
  if (amount === undefined) return nothing;
  const sums = counts.flatMap((count) => times(amount, count) ?? []);
  return sums.length === 0 ? nothing : `${sums.join('–')}${counts.every((count) => count === 1) ? '' : ` (${amount} each)`}`;
}

function cpu(amount: string, count: number): string | undefined {
  const cores = cpuCores(amount);
  if (cores === undefined) return undefined;
  const sum = Math.round(cores * count * 1000);
  return sum % 1000 === 0 ? `${sum / 1000}` : `${sum}m`;
}

function memory(amount: string, count: number): string | undefined {
  const bytes = memoryBytes(amount);
  return bytes === undefined ? undefined : memoryText(bytes * count);
}

/** Where a port is reached, by environment: on the entry of `ports`, on `expose` and on what is below it. */
export function portMapping(context: ManifestContext, path: YamlPath): string | undefined {
  const place = effectivePlace(context, path);
  const [section, index] = place?.rest ?? [];
  if (!place || (section !== 'ports' && section !== 'expose')) return undefined;
  const name =
    section === 'ports' && typeof index === 'number'
      ? textAt(valueAt(context.yaml.root, ...path.slice(0, path.indexOf('ports') + 2)), 'name')
      : undefined;
  const rows = place.environments.flatMap((environment) => {
    const service = effectiveIn(context, environment)?.service;
    return (service?.ports ?? [])
      .filter((port) => name === undefined || port.name === name)
      .flatMap((port) => (service ? [`- \`${environment.name}\`: \`${port.name}\` ${reached(service, port, environment)}`] : []));
  });
  return rows.length === 0 || rows.length > 24 ? undefined : rows.join('\n');
}

function reached(service: EffectiveService, port: ServicePort, environment: EnvironmentSummary): string {
  const range = port.range ? `${port.range.low}–${port.range.high}` : '';
  if (service.network === 'host')
    return port.auto ? `on a port of ${range} of the host, its own for each instance` : `on port ${port.port} of the host`;
  const inside = `port ${port.port} of the container`;
  const { type } = service.expose;
  const isExposed = type !== 'None' && (service.expose.ports.includes(port.name) || port.nodePort !== undefined);
  if (!isExposed) return `${inside}, not reachable from outside`;
  return `${inside}, ${outside(service, port, environment)}`;
}

function outside(service: EffectiveService, port: ServicePort, { target }: EnvironmentSummary): string {
  const { type, host, path = '/' } = service.expose;
  if ('hosts' in target) {
    if (port.nodePort !== undefined) return `port ${port.nodePort} of the host`;
    if (type !== 'NodePort') return 'on a free port of the loopback address of the host';
    return target.portRange ? `on a port of ${target.portRange.low}–${target.portRange.high} of the host` : 'on a free port of the host';
  }
  if ((type === 'Ingress' || type === 'Gateway') && host) return `[http://${host}${path}](http://${host}${path}) through the ${type}`;
  const inCluster = `\`${service.name}${'namespace' in target ? `.${target.namespace}` : ''}:${port.port}\` in the cluster`;
  if (port.nodePort !== undefined) return `${inCluster} and port ${port.nodePort} of every node`;
  return type === 'NodePort' ? `${inCluster} and a port of every node that the cluster chooses` : inCluster;
}
