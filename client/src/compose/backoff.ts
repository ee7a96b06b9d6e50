/** Pauses between attempts: half a second, doubling to half a minute, each a little off so that many do not come at once. */
import type { Clock } from '../ports.ts';

export interface Backoff {
  pause(signal: AbortSignal): Promise<void>;
  reset(): void;
}

export function backoff(clock: Clock): Backoff {
  let milliseconds = 500;
  return {
    pause: async (signal) => {
      const spread = 0.8 + (clock.now().getTime() % 400) / 1000;
      await clock.sleep(Math.round(milliseconds * spread), signal);
      milliseconds = Math.min(milliseconds * 2, 30_000);
    },
    reset: () => {
      milliseconds = 500;
    },
  };
}
