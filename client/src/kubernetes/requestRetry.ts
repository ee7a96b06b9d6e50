/** When a request is sent again: as the server asks, with renewed credentials, over a connection that had died, through an outage. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../ports.ts';
import type { Connection } from './connection.ts';
import type { Api } from './request.ts';
import { type ApiError, isApiError } from './requestError.ts';

/** All that a server may ask for together; a longer wait is the user's to decide. */
const mostWaiting = 60_000;

/** Milliseconds of a `Retry-After` header: seconds, or a date (RFC 9110 §10.2.3). */
export function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** How often what changes nothing is asked again over a new connection. An API server ends the connection of all after a 401 of one. */
const mostRereads = 3;

/**
 * Repeats what was certainly not carried out (429 and 503 with `Retry-After`; 401 once, when the kubeconfig has other credentials now), and
 * what changes nothing when its kept connection had died.
 */
export async function persist<T>(connection: Connection, harmless: boolean, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const tries: Tries = { waited: 0, renewed: false, rereads: harmless ? 0 : mostRereads };
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const pause = isApiError(error) && !signal.aborted ? pauseBefore(connection, tries, error) : undefined;
      if (pause === undefined) throw error;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}

interface Tries {
  waited: number;
  renewed: boolean;
  rereads: number;
}

/** Milliseconds until the request is sent again; undefined when it is not. */
function pauseBefore(connection: Connection, tries: Tries, error: ApiError): number | undefined {
  if (error.status === 401 && !tries.renewed && connection.renew?.()) {
    tries.renewed = true;
    return 0;
  }
  if (tries.rereads < mostRereads && hadDied(error)) {
    tries.rereads += 1;
    return 50 * tries.rereads;
  }
  if (error.retryAfter === undefined || tries.waited + error.retryAfter > mostWaiting) return undefined;
  // A second at least, a little apart from the others that were told the same.
  const wait = Math.max(1000, error.retryAfter) + Math.random() * 250;
  tries.waited += wait;
  return wait;
}

/** The connection was closed at the other end before an answer began. */
const hadDied = (error: ApiError): boolean => error.status === 0 && /ECONNRESET|EPIPE|UND_ERR_SOCKET|GOAWAY/.test(error.message);

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
