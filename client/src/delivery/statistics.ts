import type { HistoryEntry } from './history.ts';

/** How a product is delivered (the four measures of Forsgren et al., "Accelerate", as far as records tell). */
export interface Statistics {
  readonly product: string;
  readonly environment: string;
  readonly deployments: number;
  readonly perWeek: number;
  /** Median seconds of those that succeeded; absent where none tells. */
  readonly seconds?: number;
  /** Of those that ended, 0 to 1. */
  readonly failureRate: number;
  readonly rollbacks: number;
  /** Median seconds from a failure to the next success of the service there; absent without any. */
  readonly recovery?: number;
  /** Services whose last deployment failed. */
  readonly broken: readonly string[];
}

const week = 7 * 86_400_000;

/** Per product and environment; scaling, restarts and the like are no deployments. `entries` are newest first. */
export function statisticsOf(entries: readonly HistoryEntry[], now: Date): readonly Statistics[] {
  const groups = new Map<string, HistoryEntry[]>();
  for (const entry of entries) {
    if (entry.operation) continue;
    const key = `${entry.service.split('/')[0]}\n${entry.environment}`;
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups].map(([key, group]) => {
    const [product = '', environment = ''] = key.split('\n');
    return { product, environment, ...measured(group, now) };
  });
}

function measured(entries: readonly HistoryEntry[], now: Date): Omit<Statistics, 'product' | 'environment'> {
  const oldest = Date.parse(entries.at(-1)?.at ?? now.toISOString());
  const ended = entries.filter(({ result }) => result !== 'Pending' && result !== 'Aborted');
  const failed = ended.filter(({ result }) => result !== 'Succeeded');
  const seconds = median(entries.flatMap((entry) => (entry.result === 'Succeeded' && entry.seconds !== undefined ? [entry.seconds] : [])));
  const { recoveries, broken } = recovered(ended);
  const recovery = median(recoveries);
  return {
    deployments: entries.length,
    perWeek: entries.length / Math.max(1, (now.getTime() - oldest) / week),
    failureRate: ended.length === 0 ? 0 : failed.length / ended.length,
    rollbacks: entries.filter(({ rollback }) => rollback).length,
    broken,
    ...(seconds === undefined ? {} : { seconds }),
    ...(recovery === undefined ? {} : { recovery }),
  };
}

/** From the first failure of a row of failures to the success that ends it, per service. */
function recovered(entries: readonly HistoryEntry[]): { readonly recoveries: readonly number[]; readonly broken: readonly string[] } {
  const since = new Map<string, number>();
  const recoveries: number[] = [];
  for (const { service, result, at } of [...entries].reverse()) {
    const failed = since.get(service);
    if (result !== 'Succeeded') since.set(service, failed ?? Date.parse(at));
    else if (failed !== undefined) {
      recoveries.push((Date.parse(at) - failed) / 1000);
      since.delete(service);
    }
  }
  return { recoveries, broken: [...since.keys()] };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  return upper === undefined || sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
