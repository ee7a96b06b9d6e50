/** A bounded hand-over between many writers and one reader: writers wait while the reader is behind. */

export interface Queue<T> {
  /** Resolves when there is room again; at once after `end`. */
  push(batch: readonly T[]): Promise<void>;
  /** No more will come; with an error the reader gets it after what is queued. */
  end(error?: unknown): void;
  read(): AsyncGenerator<readonly T[]>;
}

export function queueOf<T>(capacity: number): Queue<T> {
  let items: T[] = [];
  let ended = false;
  let failure: unknown;
  let wakeReader = (): void => undefined;
  const writers: (() => void)[] = [];
  const letWritersGo = (): void => {
    for (const go of writers.splice(0)) go();
  };
  return {
    push: async (batch) => {
      while (items.length >= capacity && !ended) await new Promise<void>((resolve) => writers.push(resolve));
      if (ended || batch.length === 0) return;
      for (const item of batch) items.push(item);
      wakeReader();
    },
    end: (error) => {
      if (!ended) failure = error;
      ended = true;
      letWritersGo();
      wakeReader();
    },
    read: async function* () {
      try {
        for (;;) {
          if (items.length > 0) {
            const batch = items;
            items = [];
            letWritersGo();
            yield batch;
          } else if (ended) {
            if (failure !== undefined) throw failure;
            return;
          } else {
            await new Promise<void>((resolve) => {
              wakeReader = resolve;
            });
          }
        }
      } finally {
        ended = true;
        letWritersGo();
      }
    },
  };
}
