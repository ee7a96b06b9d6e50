import type { Ports } from '../ports.ts';
import { findEnvironment, findService, recordFolder } from './find.ts';
import { eligibility, type Gate } from './gates.ts';
import { genuineReleases, sourceHistories } from './releases.ts';

export interface PromotionOrder {
  /** `product/name`. */
  readonly service: string;
  /** Name of the environment that it would go to. */
  readonly environment: string;
  /** What runs in the environment that it would come from. */
  readonly digest: string;
}

/** What keeps the release that runs elsewhere with a digest out of an environment, as deploying it there would judge; empty: it may go. */
export async function promotionGates(ports: Ports, order: PromotionOrder, signal: AbortSignal): Promise<readonly Gate[]> {
  const model = await ports.documents.model(signal);
  const service = findService(model, order.service);
  const environment = findEnvironment(model, service, order.environment);
  const { releases } = await genuineReleases(ports, recordFolder(model, service), service.id);
  const candidates = releases.filter(({ identity }) => identity.image.digest === order.digest);
  if (candidates.length === 0) {
    const message = 'no release of this workspace has the digest';
    return [{ gate: 'release', message, remedy: 'get the release files of the others (`.waybill/releases`), or release it here' }];
  }
  const histories = await sourceHistories(ports, model, service, environment, signal);
  const now = ports.clock.now();
  const judged = candidates.map((release) => eligibility(release, environment, histories, now).unmet);
  return judged.find((unmet) => unmet.length === 0) ?? judged[0] ?? [];
}
