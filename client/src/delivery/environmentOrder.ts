import type { ServiceSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';

/** Services after those that they depend on, else in their order. Throws `configuration` naming the services of a circle. */
export function inDependencyOrder(services: readonly ServiceSummary[]): readonly ServiceSummary[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const done = new Set<string>();
  const ordered: ServiceSummary[] = [];
  const visit = (service: ServiceSummary, path: readonly string[]): void => {
    if (done.has(service.name)) return;
    if (path.includes(service.name)) throw circle([...path.slice(path.indexOf(service.name)), service.name]);
    for (const name of service.dependsOn) {
      const other = byName.get(name);
      if (other) visit(other, [...path, service.name]);
    }
    done.add(service.name);
    ordered.push(service);
  };
  for (const service of services) visit(service, []);
  return ordered;
}

/** Names of the services that depend on `name`, directly or through others. */
export function dependants(services: readonly ServiceSummary[], name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (of: string): void => {
    for (const service of services) {
      if (!service.dependsOn.includes(of) || found.has(service.name)) continue;
      found.add(service.name);
      visit(service.name);
    }
  };
  visit(name);
  return found;
}

const circle = (names: readonly string[]): Error =>
  fail(
    'configuration',
    `These services depend on each other in a circle: ${names.map((name) => `\`${name}\``).join(' → ')}.`,
    'Take one `dependsOn` out: none of them could be the first.',
  );
