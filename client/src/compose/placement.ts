/**
 * Where the instances of a service run: a number of slots on each host. What runs stays where it is as far as possible; hosts are
 * filled by the environment's `placement`.
 */
import { createHash } from 'node:crypto';

export interface PlacementHost {
  readonly name: string;
  /** Running instances of the service. */
  readonly running: number;
}

export interface PlacementWish {
  readonly replicas: number;
  readonly placement: 'spread' | 'pack';
  /** A fixed port of the host is taken by each instance. */
  readonly onePerHost: boolean;
  readonly hosts: readonly PlacementHost[];
}

export interface Placement {
  /** Slots by host name, in the order of the hosts. */
  readonly slots: ReadonlyMap<string, number>;
  /** Instances that found no place. */
  readonly unplaced: number;
}

/** Distributes the replicas; deterministic. */
export function place(wish: PlacementWish): Placement {
  const capacity = wish.onePerHost ? 1 : Number.POSITIVE_INFINITY;
  const slots = new Map(wish.hosts.map((host) => [host.name, Math.min(host.running, capacity)]));
  let total = [...slots.values()].reduce((sum, count) => sum + count, 0);
  while (total > wish.replicas) {
    change(slots, pick(slots, wish.placement === 'spread' ? 'fullest' : 'last'), -1);
    total -= 1;
  }
  while (total < wish.replicas) {
    const free = new Map([...slots].filter(([, count]) => count < capacity));
    const host = pick(free, wish.placement === 'spread' ? 'emptiest' : 'first');
    if (host === undefined) break;
    change(slots, host, 1);
    total += 1;
  }
  return { slots, unplaced: wish.replicas - total };
}

function change(slots: Map<string, number>, host: string | undefined, by: number): void {
  if (host !== undefined) slots.set(host, (slots.get(host) ?? 0) + by);
}

function pick(slots: ReadonlyMap<string, number>, which: 'fullest' | 'emptiest' | 'first' | 'last'): string | undefined {
  const entries = [...slots];
  if (which === 'first') return entries[0]?.[0];
  if (which === 'last') return entries.findLast(([, count]) => count > 0)?.[0];
  // Shrinking takes from the last of equal hosts, growing gives to the first, so that growing after shrinking restores the picture.
  if (which === 'fullest')
    return entries.reduceRight<[string, number] | undefined>((best, entry) => (!best || entry[1] > best[1] ? entry : best), undefined)?.[0];
  return entries.reduce<[string, number] | undefined>((best, entry) => (!best || entry[1] < best[1] ? entry : best), undefined)?.[0];
}

/**
 * A port of the range for one instance on a host: where the hash of (host, service, index) points, or the next one that is free.
 * Undefined when all are taken.
 */
export function allocatePort(
  key: { readonly host: string; readonly service: string; readonly index: number },
  range: { readonly low: number; readonly high: number },
  taken: ReadonlySet<number>,
): number | undefined {
  const size = range.high - range.low + 1;
  if (size <= 0) return undefined;
  const start = createHash('sha256').update(`${key.host}\n${key.service}\n${key.index}`).digest().readUInt32BE(0) % size;
  for (let step = 0; step < size; step += 1) {
    const port = range.low + ((start + step) % size);
    if (!taken.has(port)) return port;
  }
  return undefined;
}
