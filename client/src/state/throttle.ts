/** The part of the event loop that a throttle needs. */
export interface Timers {
  set(run: () => void, milliseconds: number): unknown;
  clear(handle: unknown): void;
}

export interface Throttle {
  /** Runs the action now if it has been quiet, else once at the end of the interval. */
  trigger(): void;
  dispose(): void;
}

/**
 * Runs `action` at most once per `interval` milliseconds, at the leading and the trailing edge.
 * VS Code drops tree events that come less than 200 ms apart, so views fire through this.
 */
export function throttle(action: () => void, interval: number, timers: Timers): Throttle {
  let handle: unknown;
  let pending = false;

  function close(): void {
    handle = undefined;
    if (!pending) return;
    pending = false;
    run();
  }

  function run(): void {
    handle = timers.set(close, interval);
    action();
  }

  return {
    trigger() {
      if (handle === undefined) run();
      else pending = true;
    },
    dispose() {
      if (handle !== undefined) timers.clear(handle);
      handle = undefined;
      pending = false;
    },
  };
}
