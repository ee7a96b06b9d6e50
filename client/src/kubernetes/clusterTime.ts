/** The clock of the cluster beside the clock here (S21). */
import type { Clock } from '../ports.ts';
import type { Api } from './request.ts';

/** Differences below this are ordinary; the header counts whole seconds. */
const tolerated = 120_000;

/** The time by the cluster where it has told it and the clock here is far from it, else by the clock here. */
export function clusterTime(api: Api, clock: Clock): Date {
  const here = clock.now();
  const there = api.time?.();
  return there && Math.abs(here.getTime() - there.getTime()) > tolerated ? there : here;
}

/** A warning when the two clocks are more than two minutes apart. */
export function skewWarnings(api: Api, clock: Clock): readonly string[] {
  const there = api.time?.();
  const ahead = there ? clock.now().getTime() - there.getTime() : 0;
  if (Math.abs(ahead) <= tolerated) return [];
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  return [
    `The clock of this machine is ${minutes} min ${ahead > 0 ? 'ahead of' : 'behind'} the cluster's: times of records and deployment windows may be wrong. Correct it.`,
  ];
}
