import type { BuilderPool, EnvironmentSummary, ModelProblem, ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import { closest } from './closest.ts';

/** The service with this id (`product/name`) or, when only one has it, this name. Throws `configuration` with the nearest name. */
export function findService(model: WorkspaceModel, name: string): ServiceSummary {
  const found = model.services.filter((service) => service.id === name || service.name === name);
  const [first] = found;
  if (first && found.length === 1) return first;
  if (first) {
    const ids = found.map((service) => `\`${service.id}\``).join(', ');
    throw fail('configuration', `There are several services \`${name}\`: ${ids}.`, 'Write the product before the name: `product/name`.');
  }
  const names = model.services.flatMap((service) => [service.id, service.name]);
  throw fail(
    'configuration',
    `There is no service \`${name}\` in this workspace.`,
    suggestion(name, names, 'Services are declared in `waybill.yaml`.'),
  );
}

/** The environment of the service's product with this name. Throws `configuration`, also when the environments file has a problem there. */
export function findEnvironment(model: WorkspaceModel, service: ServiceSummary, name: string): EnvironmentSummary {
  const own = model.environments.filter((environment) => environment.product === service.product);
  const found = own.find((environment) => environment.name === name);
  if (!found) {
    const advice = suggestion(
      name,
      own.map((environment) => environment.name),
      'Environments are declared in `waybill.environments.yaml`.',
    );
    throw fail('configuration', `Product \`${service.product}\` has no environment \`${name}\`.`, advice);
  }
  refuseProblems(`Environment \`${name}\``, found.problems);
  return found;
}

/** The environment with this name; the product is needed where several have one of it. Throws `configuration`. */
export function findEnvironmentAlone(model: WorkspaceModel, name: string, product?: string): EnvironmentSummary {
  const found = model.environments.filter((one) => one.name === name && (product === undefined || one.product === product));
  const [first] = found;
  if (!first) {
    const names = model.environments.map((one) => one.name);
    const advice = suggestion(name, names, 'Environments are declared in `waybill.environments.yaml`.');
    throw fail('configuration', `There is no environment \`${name}\`${product ? ` of \`${product}\`` : ''} in this workspace.`, advice);
  }
  if (found.length > 1) {
    const products = found.map((one) => `\`${one.product}\``).join(', ');
    throw fail('configuration', `Several products have an environment \`${name}\`: ${products}.`, 'Name the product.');
  }
  refuseProblems(`Environment \`${name}\``, first.problems);
  return first;
}

/** The builder pool with this name. */
export function findPool(model: WorkspaceModel, name: string): BuilderPool {
  const found = model.pools.find((pool) => pool.name === name);
  if (found) return found;
  const advice = suggestion(
    name,
    model.pools.map((pool) => pool.name),
    'Pools are declared under `builders` in `waybill.environments.yaml`.',
  );
  throw fail('configuration', `There is no builder pool \`${name}\`.`, advice);
}

/** Throws `configuration` with the first problem and its place, if there is one. */
export function refuseProblems(what: string, problems: readonly ModelProblem[]): void {
  const [first] = problems;
  if (!first) return;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw fail('configuration', `${what} cannot be used: ${first.message}${more}`, 'Correct the marked line.', { at: placeOf(first) });
}

/** File path and one-based line of a problem. */
export function placeOf(problem: ModelProblem): { file: string; line: number } | undefined {
  if (!problem.location) return undefined;
  return { file: pathOf(problem.location.uri), line: problem.location.range.start.line + 1 };
}

/** The folder that keeps the records of a product: that of its environments file, else the service's own. */
export function recordFolder(model: WorkspaceModel, service: ServiceSummary): string {
  return model.environments.find((environment) => environment.product === service.product)?.folder ?? service.folder;
}

/** The environments of a service's product that take builds directly, in promotion order (S9). */
export function entryEnvironments(model: WorkspaceModel, service: ServiceSummary): readonly EnvironmentSummary[] {
  return model.environments.filter((environment) => environment.product === service.product && environment.promote.from.length === 0);
}

function suggestion(name: string, known: readonly string[], otherwise: string): string {
  const near = closest(name, known);
  if (near) return `Did you mean \`${near}\`?`;
  return known.length > 0 && known.length <= 8 ? `Known: ${known.map((item) => `\`${item}\``).join(', ')}.` : otherwise;
}

function pathOf(uri: string): string {
  const path = decodeURIComponent(uri.replace(/^file:\/\//, ''));
  return /^\/[a-z]:/i.test(path) ? path.slice(1) : path;
}
