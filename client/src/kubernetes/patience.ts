/** How what has begun outlives an outage of the API server. */
import type { Clock } from '../ports.ts';
import { type Api, isApiError } from './request.ts';

/** Right after its start an API server does not know accounts and rules yet. */
const warmingUp = 15_000;

export interface Patience {
  readonly clock: Clock;
  /** Milliseconds for which an outage is borne. */
  readonly milliseconds: number;
  /** Told when an outage begins and when it is over. */
  readonly told?: (message: string) => void;
}

/**
 * An API whose `send` outlives outages: no answer, 5xx, credentials that have expired (they may be renewed meanwhile). For requests alone
 * that may be repeated: reads, server-side apply, and writes that carry the version they expect. Aborting ends it.
 */
export function patient(api: Api, patience: Patience): Api {
  return { ...api, send: (request, signal) => outlive(patience, signal, () => api.send(request, signal)) };
}

async function outlive<T>(
  { clock, milliseconds, told = () => undefined }: Patience,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const begun = clock.now().getTime();
  let outageSeen = Number.NEGATIVE_INFINITY;
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await work();
      if (attempt > 0) told('the cluster answers again');
      return answer;
    } catch (error) {
      const now = clock.now().getTime();
      if (isOutage(error)) outageSeen = now;
      const borne = now - begun < milliseconds && isBearable(error, now - outageSeen);
      if (signal.aborted || !borne) throw error;
      if (attempt === 0) told(`${wordsOf(error)} Trying again for ${milliseconds / 1000} s`);
      await clock.sleep(Math.min(3000, 250 * 2 ** attempt) * (0.75 + Math.random() / 2), signal).catch(() => undefined);
    }
  }
}

const isBearable = (error: unknown, sinceOutage: number): boolean =>
  isOutage(error) || (isApiError(error) && (error.status === 401 || (error.status === 403 && sinceOutage < warmingUp)));

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Temporary by its nature: no answer, too much to do, a failure of the server. Not a certificate that is wrong. */
export const isOutage = (error: unknown): boolean =>
  isApiError(error) && ((error.status === 0 && !/certificate/.test(error.message)) || error.status === 429 || error.status >= 500);
