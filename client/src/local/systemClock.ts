import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../ports.ts';

/** The machine's clock. `sleep` rejects with the signal's reason when aborted. */
export function systemClock(): Clock {
  return {
    now: () => new Date(),
    async sleep(milliseconds, signal) {
      signal.throwIfAborted();
      try {
        await wait(milliseconds, undefined, { signal });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}
