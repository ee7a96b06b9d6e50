import { isCancelled } from '../errors.ts';

export interface Watchdog {
  /** Watches until `done`; the signal is the caller's, and aborted with the reason when the other side falls silent. */
  open(signal: AbortSignal): { readonly signal: AbortSignal; done(): void };
  /** Aborts all that is open, for good. */
  close(reason: Error): void;
}

/**
 * Asks `alive` in the given interval while anything is open, and aborts what is open with its error when it fails. A quiet stream
 * and a dead one look alike; the question on a second connection tells them apart.
 */
export function watchdog(milliseconds: number, alive: (signal: AbortSignal) => Promise<void>): Watchdog {
  const open = new Set<AbortController>();
  let timer: NodeJS.Timeout | undefined;
  let asking: AbortController | undefined;
  const abortAll = (reason: unknown): void => {
    for (const controller of open) controller.abort(reason);
  };
  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = new AbortController();
    try {
      await alive(asking.signal);
    } catch (error) {
      if (!isCancelled(error)) abortAll(error);
    } finally {
      asking = undefined;
    }
  };
  const rest = (): void => {
    if (open.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    asking?.abort();
  };
  return {
    open: (signal) => {
      const controller = new AbortController();
      open.add(controller);
      timer ??= setInterval(() => void ask(), milliseconds);
      return {
        signal: AbortSignal.any([signal, controller.signal]),
        done: () => {
          open.delete(controller);
          rest();
        },
      };
    },
    close: (reason) => {
      abortAll(reason);
      open.clear();
      rest();
    },
  };
}
