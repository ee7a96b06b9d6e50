import type { ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail, isCancelled } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { buildImage } from './build.ts';
import type { Built } from './built.ts';
import { closest } from './closest.ts';
import type { DeliveryEvent } from './events.ts';
import { recordFolder } from './find.ts';
import { inTurns } from './inTurns.ts';

export interface BuildAllInput {
  /** Only this product's services; every service of the workspace otherwise. */
  readonly product?: string;
  /** Also those that have not changed. */
  readonly all?: boolean;
}

/** Whether a service is to be built, and why. */
export interface BuildCandidate {
  readonly service: ServiceSummary;
  readonly changed: boolean;
  readonly reason: string;
}

export interface BuildAllResult {
  readonly service: ServiceSummary;
  readonly built?: Built;
  readonly error?: string;
}

/** So many builds are prepared at once; how many run is the queue's to say. */
const atOnce = 16;

/** Every service, in the order of `dependsOn`, with what has changed since its last successful build. */
export async function changedServices(ports: Ports, input: BuildAllInput, signal: AbortSignal): Promise<readonly BuildCandidate[]> {
  const model = await ports.documents.model(signal);
  const services = servicesOf(model, input.product);
  return await inTurns(dependencyOrder(services), atOnce, async (service) => ({
    service,
    ...(await change(ports, model, service, signal)),
  }));
}

/** Builds the services that have changed, as many at once as their pools have seats for. One that fails does not stop the others. */
export async function buildAllChanged(
  ports: Ports,
  input: BuildAllInput,
  report: (service: ServiceSummary, event: DeliveryEvent) => void,
  signal: AbortSignal,
): Promise<readonly BuildAllResult[]> {
  const candidates = await changedServices(ports, input, signal);
  const wanted = candidates.filter(({ changed }) => changed || input.all);
  return await inTurns(wanted, atOnce, async ({ service }): Promise<BuildAllResult> => {
    try {
      return { service, built: await buildImage(ports, { service: service.id }, (event) => report(service, event), signal) };
    } catch (error) {
      if (isCancelled(error) || signal.aborted) throw error;
      const message = error instanceof Error ? error.message : String(error);
      report(service, { type: 'warning', message });
      return { service, error: message };
    }
  });
}

/** What a service depends on comes before it; a circle is cut where it is met. */
export function dependencyOrder(services: readonly ServiceSummary[]): readonly ServiceSummary[] {
  const byName: ReadonlyMap<string, ServiceSummary> = new Map(
    services.map((service) => [`${service.product}/${service.name}`, service] as const),
  );
  const ordered = new Set<ServiceSummary>();
  const entered = new Set<ServiceSummary>();
  const visit = (service: ServiceSummary): void => {
    if (entered.has(service)) return;
    entered.add(service);
    for (const name of service.dependsOn) {
      const before = byName.get(name) ?? byName.get(`${service.product}/${name}`);
      if (before) visit(before);
    }
    ordered.add(service);
  };
  for (const service of services) visit(service);
  return [...ordered];
}

function servicesOf(model: WorkspaceModel, product: string | undefined): readonly ServiceSummary[] {
  const services = model.services.filter((service) => product === undefined || service.product === product);
  if (services.length > 0) return services;
  if (product === undefined) throw fail('configuration', 'This workspace has no services.', 'Create a `waybill.yaml` beside a Dockerfile.');
  const products = [...new Set(model.services.map((service) => service.product))];
  const near = closest(product, products);
  throw fail(
    'configuration',
    `There is no product \`${product}\` in this workspace.`,
    near ? `Did you mean \`${near}\`?` : `Known: ${products.map((name) => `\`${name}\``).join(', ')}.`,
  );
}

async function change(
  ports: Ports,
  model: WorkspaceModel,
  service: ServiceSummary,
  signal: AbortSignal,
): Promise<Omit<BuildCandidate, 'service'>> {
  const entries = await ports.records.builds(recordFolder(model, service), service.id, 20);
  const last = entries.find(({ outcome }) => outcome === 'Succeeded');
  if (!last) return { changed: true, reason: 'was never built' };
  if (typeof last.revision !== 'string') return { changed: true, reason: 'its last build had no revision' };
  if (last.dirty === true) return { changed: true, reason: 'its last build held changes that were not committed' };
  const { spec } = await ports.documents.buildSpec(service.id, signal);
  if (spec?.base && spec.base.image.digest !== last.base) return { changed: true, reason: 'its base image is another one' };
  const folders = [service.folder, ...(spec ? [spec.context] : [])];
  const changed = await ports.source.changed([...new Set(folders)], last.revision, signal);
  if (changed === undefined) return { changed: true, reason: `git does not know ${last.revision.slice(0, 8)} any more` };
  return changed
    ? { changed, reason: `changed since ${last.revision.slice(0, 8)}` }
    : { changed, reason: `as built from ${last.revision.slice(0, 8)}` };
}
