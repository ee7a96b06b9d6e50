import type { WorkspaceModel } from '../../../server/src/protocol.ts';
import type { Clock } from '../ports.ts';
import { type EnvironmentWatch, environmentKey } from './environmentWatches.ts';
import { type FreshAnswers, freshAnswers } from './freshAnswers.ts';

/** A service where it runs. */
export interface DriftPlace {
  /** `product/name`. */
  readonly service: string;
  /** Key of the environment. */
  readonly environment: string;
}

/** How many fields somebody changed after the deployment. */
export type DriftChecks = FreshAnswers<DriftPlace, number>;
export type CountDrift = (place: DriftPlace, signal: AbortSignal) => Promise<number | undefined>;

export const driftKey = ({ service, environment }: DriftPlace): string => `${service} ${environment}`;

/** Compared with what was deployed while somebody looks, two at a time, every two minutes: reading it takes some requests. */
export function driftChecks(count: CountDrift, clock: Clock): DriftChecks {
  return freshAnswers({ keyOf: driftKey, ask: count, fresh: 120_000, atOnce: 2 }, clock);
}

/** What runs, to be compared with what was deployed. */
export function driftPlaces({ environments }: WorkspaceModel, watches: ReadonlyMap<string, EnvironmentWatch>): readonly DriftPlace[] {
  return environments.flatMap((environment) => {
    const key = environmentKey(environment);
    const watch = watches.get(key);
    if (watch?.state !== 'live') return [];
    const there = watch.value.services.filter(({ health, release }) => health !== 'Missing' && release !== undefined);
    return there.map(({ service }) => ({
      service: `${environment.product}/${service.slice(service.lastIndexOf('/') + 1)}`,
      environment: key,
    }));
  });
}
