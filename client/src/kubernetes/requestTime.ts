/** The server's clock, told by the `Date` headers of its answers, so that a wrong clock here decides nothing (S21). */

export interface ServerTime {
  heard(date: string | null): void;
  readonly now: () => Date | undefined;
}

export function serverTime(): ServerTime {
  let last: { readonly at: number; readonly counter: number } | undefined;
  return {
    heard: (date) => {
      const at = Date.parse(date ?? '');
      if (!Number.isNaN(at)) last = { at: at + 500, counter: performance.now() };
    },
    now: () => last && new Date(last.at + performance.now() - last.counter),
  };
}
