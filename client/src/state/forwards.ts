import type { ForwardState } from '../ports.ts';
import { createStore, type ReadableStore } from './store.ts';

/** A local port that is open. */
export interface OpenForward {
  /** Number of this session, as text. */
  readonly id: string;
  /** `product/name`. */
  readonly service: string;
  /** Key of the environment, `product/name`. */
  readonly environment: string;
  readonly localPort: number;
  readonly remotePort: number;
  readonly state: ForwardState;
}

export interface Forwards {
  readonly store: ReadableStore<readonly OpenForward[]>;
  add(forward: Omit<OpenForward, 'id'>, stop: () => void): { report(state: ForwardState): void; end(): void };
  /** Ends one; nothing happens when it is over already. */
  stop(id: string): void;
  stopAll(): void;
}

/** The open ports of this window. */
export function forwardList(): Forwards {
  const store = createStore<readonly OpenForward[]>([]);
  const stops = new Map<string, () => void>();
  let last = 0;
  const end = (id: string): void => {
    stops.delete(id);
    store.set(store.get().filter((other) => other.id !== id));
  };
  const stop = (id: string): void => {
    stops.get(id)?.();
    end(id);
  };
  return {
    store,
    add(forward, stopIt) {
      last += 1;
      const id = String(last);
      stops.set(id, stopIt);
      store.set([...store.get(), { ...forward, id }]);
      return {
        report: (state) => store.set(store.get().map((other) => (other.id === id ? { ...other, state } : other))),
        end: () => end(id),
      };
    },
    stop,
    stopAll: () => {
      for (const id of [...stops.keys()]) stop(id);
    },
  };
}
