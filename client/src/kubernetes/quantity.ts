/** Amounts as Kubernetes writes them (`500m`, `1Gi`), and what a quota leaves. Pure. */

const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity as a number; NaN for what is none. */
export function quantity(text: string): number {
  const match = /^([0-9.]+(?:[eE][-+]?[0-9]+)?)([mkMGTPE]|[KMGTPE]i)?$/.exec(text.trim());
  return match ? Number(match[1]) * (factors[match[2] ?? ''] ?? Number.NaN) : Number.NaN;
}

export interface QuotaStatus {
  readonly hard?: Readonly<Record<string, string>>;
  readonly used?: Readonly<Record<string, string>>;
}

/** Names in a quota of what a Pod takes → amount taken by all the Pods that will be added. */
export type Demand = Readonly<Record<string, number>>;

/** One line for each resource that would not fit. */
export function overQuota(name: string, status: QuotaStatus, demand: Demand): readonly string[] {
  return Object.entries(status.hard ?? {}).flatMap(([resource, hard]) => {
    const added = demand[resource] ?? 0;
    const used = status.used?.[resource] ?? '0';
    return added > 0 && quantity(used) + added > quantity(hard)
      ? [`Quota ${name}: ${resource} allows ${hard}, ${used} are used, and this deployment may need ${Number(added.toFixed(3))} more.`]
      : [];
  });
}
