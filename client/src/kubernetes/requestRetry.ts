/** When a request is sent again: as the server asks, with renewed credentials, over a connection that had died. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from './connection.ts';
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
