/** Many producers, one consumer, bounded: who produces too fast waits. */
export interface Channel<Item> {
  /** Settles when there is room again; at once when the channel is closed. */
  push(item: Item): Promise<void>;
  /** Ends the reader after what was pushed; with an error it throws that then. */
  close(error?: unknown): void;
  read(): AsyncGenerator<Item>;
}

export function channel<Item>(capacity: number): Channel<Item> {
  const items: Item[] = [];
  const waiting: (() => void)[] = [];
  let wake: (() => void) | undefined;
  let end: { readonly error?: unknown } | undefined;
  const wakeAll = (): void => {
    for (const resume of waiting.splice(0)) resume();
    wake?.();
  };
  return {
    push: async (item) => {
      while (items.length >= capacity && !end) await new Promise<void>((resolve) => waiting.push(resolve));
      if (end) return;
      items.push(item);
      wake?.();
    },
    close: (error) => {
      end ??= error === undefined ? {} : { error };
      wakeAll();
    },
    read: async function* () {
      try {
        for (;;) {
          const item = items.shift();
          if (item !== undefined) {
            waiting.shift()?.();
            yield item;
          } else if (end) {
            if (end.error !== undefined) throw end.error;
            return;
          } else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            wake = undefined;
          }
        }
      } finally {
        end ??= {};
        wakeAll();
      }
    },
  };
}
