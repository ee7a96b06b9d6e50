/**
 * Where a log was left, so that reading goes on without a gap or a duplicate. Times of neighbouring lines may be out of order by a
 * little (stdout and stderr are stamped apart), therefore reading resumes a second before the newest line, and as many lines are
 * skipped as were already given from there on. Pure.
 */
export interface LogPosition {
  /** Seconds since 1970 with nanoseconds, for the engine's `since`; undefined: from the beginning. */
  since(): string | undefined;
  /** To be called once after every resumption: how many lines are to be skipped. */
  skip(): number;
  /** Notes lines that were handed on, by their times (RFC 3339 with nanoseconds). */
  note(times: readonly string[]): void;
}

/** Lines are counted in tenths of a second; this many of them are remembered. */
const remembered = 10;

/** `2026-01-02T03:04:05.123456789Z` as `1767323045.123456789`. Undefined when it is no time. */
export function engineTime(time: string): string | undefined {
  const seconds = Math.floor(Date.parse(time) / 1000);
  if (!Number.isFinite(seconds)) return undefined;
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '';
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}

/** @param from Only lines from this time on are wanted (engine time). */
export function logPosition(from: string | undefined, tail: boolean): LogPosition {
  let floor = from;
  /** Lines by tenth of a second, newest `remembered` tenths. */
  const counts = new Map<number, number>();
  const tenthOf = (time: string): number => Number(time.slice(0, time.indexOf('.') + 2).replace('.', ''));
  /** Most lines share their tenth with the one before: `2026-01-02T03:04:05.1`. */
  let last = { prefix: '', tenth: 0 };
  const start = (): string | undefined => {
    if (counts.size === 0) return floor;
    const oldest = String(Math.min(...counts.keys()));
    const bound = `${oldest.slice(0, -1)}.${oldest.slice(-1)}00000000`;
    return floor !== undefined && later(floor, bound) ? floor : bound;
  };
  return {
    since: start,
    skip: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
    note: (times) => {
      for (const text of times) {
        const prefix = text.slice(0, 21);
        if (prefix === last.prefix) {
          counts.set(last.tenth, (counts.get(last.tenth) ?? 0) + 1);
          continue;
        }
        const time = engineTime(text);
        if (time === undefined) continue;
        // With a tail, earlier lines of the same tenth were never given: reading must not begin before the first one that was.
        if (tail && counts.size === 0 && floor === undefined) floor = time;
        last = { prefix, tenth: tenthOf(time) };
        counts.set(last.tenth, (counts.get(last.tenth) ?? 0) + 1);
        forget(counts);
      }
    },
  };
}

/** Drops what is older than the remembered span; the newest tenth is always kept. */
function forget(counts: Map<number, number>): void {
  if (counts.size <= 1) return;
  const newest = Math.max(...counts.keys());
  for (const tenth of counts.keys()) if (tenth <= newest - remembered) counts.delete(tenth);
}

function later(left: string, right: string): boolean {
  const [a = '', b = ''] = left.split('.');
  const [c = '', d = ''] = right.split('.');
  return Number(a) !== Number(c) ? Number(a) > Number(c) : b > d;
}
