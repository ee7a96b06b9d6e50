/**
 * Lines of many sources as one sequence in the order of time: a line waits until every open source has shown one that is later, but no
 * longer than a window. Within a source the order stays as it came. Sources that are ahead wait for the reader.
 */
import type { LogLine } from '../ports.ts';

export interface LineSource {
  /** Resolves when there is room for more. */
  push(lines: readonly LogLine[]): Promise<void>;
  /** Nothing more comes: nobody waits for this source any longer. */
  close(): void;
}

export interface MergedLines {
  source(): LineSource;
  /** Shows lines at once, before all that waits: words of our own. */
  say(lines: readonly LogLine[]): void;
  /** No more will come; with an error the reader gets it after what is there. */
  end(error?: unknown): void;
  read(): AsyncGenerator<readonly LogLine[]>;
}

interface Waiting {
  lines: LogLine[];
  /** Times, never falling, one per line: what is compared. See `sortKey`. */
  keys: string[];
  at: number;
  last: string;
  open: boolean;
  room: (() => void)[];
}

/** Lines of one source that wait before it is held up; with twenty sources some megabytes. */
const capacity = 2_000;
/** Lines handed out at a time. */
const batchSize = 5_000;

export function mergedLines(window = 250): MergedLines {
  const sources = new Set<Waiting>();
  let words: LogLine[] = [];
  let ended = false;
  let failure: unknown;
  let wake = (): void => undefined;
  let heldSince: number | undefined;

  const pending = (source: Waiting): number => source.lines.length - source.at;
  const forget = (source: Waiting): void => {
    if (!source.open && pending(source) === 0) sources.delete(source);
  };
  const letGo = (source: Waiting): void => {
    if (pending(source) >= capacity && !ended) return;
    for (const go of source.room.splice(0)) go();
  };

  /** All lines that may be shown now; empty when some must wait. */
  function take(): LogLine[] {
    const full = [...sources].filter((source) => pending(source) > 0);
    if (full.length === 0) return [];
    heldSince ??= performance.now();
    const silent = [...sources].some((source) => source.open && pending(source) === 0);
    const late = performance.now() - heldSince >= window;
    if (silent && !late && !ended) return [];
    const taken = merge(full, late || ended);
    for (const source of full) {
      letGo(source);
      forget(source);
    }
    if (!full.some((source) => pending(source) > 0)) heldSince = undefined;
    else if (!late) heldSince = performance.now();
    return taken;
  }

  /** Merges until a source that is still open runs dry; with `all` until everything has been taken. */
  function merge(full: readonly Waiting[], all: boolean): LogLine[] {
    const taken: LogLine[] = [];
    while (taken.length < batchSize) {
      const [first, limit] = earliest(full);
      if (!first) break;
      takeUntil(first, limit, taken);
      if (first.at < first.lines.length) continue;
      first.lines = [];
      first.keys = [];
      first.at = 0;
      if (first.open && !all) break;
    }
    return taken;
  }

  return {
    source() {
      const own: Waiting = { lines: [], keys: [], at: 0, last: '', open: true, room: [] };
      sources.add(own);
      return {
        async push(lines) {
          while (pending(own) >= capacity && !ended) await new Promise<void>((resolve) => own.room.push(resolve));
          if (ended || lines.length === 0) return;
          append(own, lines);
          wake();
        },
        close() {
          own.open = false;
          forget(own);
          wake();
        },
      };
    },
    say(lines) {
      words.push(...lines);
      wake();
    },
    end(error) {
      if (!ended) failure = error;
      ended = true;
      for (const source of sources) letGo(source);
      wake();
    },
    async *read() {
      try {
        for (;;) {
          const said = words;
          words = [];
          const batch = [...said, ...take()];
          if (batch.length > 0) yield batch;
          else if (ended && ![...sources].some((source) => pending(source) > 0)) break;
          else await next();
        }
        if (failure !== undefined) throw failure;
      } finally {
        ended = true;
        for (const source of sources) letGo(source);
      }
    },
  };

  /** Waits for the next push, or until what is held has waited for the whole window. */
  async function next(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (heldSince !== undefined) timer = setTimeout(resolve, Math.max(1, window - (performance.now() - heldSince)));
    });
    clearTimeout(timer);
  }
}

function append(source: Waiting, lines: readonly LogLine[]): void {
  for (const line of lines) {
    const key = line.marker ? source.last : sortKey(line.time);
    if (key > source.last) source.last = key;
    source.lines.push(line);
    source.keys.push(source.last);
  }
}

/** Times of all nine digits can be compared as they are; with fewer digits the zone must not be among them. */
const sortKey = (time: string): string => (time.length === 30 || !time.endsWith('Z') ? time : time.slice(0, -1));

/** At least one line, and all that follow of the same source up to the time of the next line of another. */
function takeUntil(source: Waiting, limit: string | undefined, taken: LogLine[]): void {
  do {
    const line = source.lines[source.at++];
    if (line) taken.push(line);
  } while (source.at < source.lines.length && taken.length < batchSize && (limit === undefined || (source.keys[source.at] ?? '') <= limit));
}

/** The source whose next line is the earliest, and the time of the next line of all others. */
function earliest(sources: readonly Waiting[]): readonly [Waiting | undefined, string | undefined] {
  let first: Waiting | undefined;
  let limit: string | undefined;
  for (const source of sources) {
    if (source.at >= source.lines.length) continue;
    const key = source.keys[source.at] ?? '';
    const best = first?.keys[first.at];
    if (best === undefined || key < best) {
      limit = best;
      first = source;
    } else if (limit === undefined || key < limit) {
      limit = key;
    }
  }
  return [first, limit];
}
