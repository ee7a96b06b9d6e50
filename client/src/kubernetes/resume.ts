/** Remembers which lines of a log were delivered, so that a log that is asked for again continues exactly there. Pure. */

/**
 * `2026-11-24T08:20:11.123456789Z text` → its two parts; a line without a time stamp has the empty time. Nodes stamp in their own
 * time zone; the time answered is in UTC.
 */
export function splitStamp(line: string): { readonly time: string; readonly text: string } {
  const space = line.indexOf(' ');
  const stamp = space === -1 ? line : line.slice(0, space);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(stamp)) return { time: '', text: line };
  return { time: stamp.endsWith('Z') ? stamp : inUtc(stamp), text: space === -1 ? '' : line.slice(space + 1) };
}

function inUtc(stamp: string): string {
  const at = Date.parse(stamp);
  if (Number.isNaN(at)) return stamp;
  return `${new Date(at).toISOString().slice(0, 19)}${/\.\d+/.exec(stamp)?.[0] ?? ''}Z`;
}

/** True when a UTC time stamp is before another; they may have different numbers of digits. */
export const isBefore = (time: string, other: string): boolean => time.replace(/Z$/, '') < other.replace(/Z$/, '');

const second = (time: string): string => time.slice(0, 19);
const secondsBefore = (time: string, count: number): string => new Date(Date.parse(`${second(time)}Z`) - count * 1000).toISOString();

/** See `resumePoint`. */
export interface ResumePoint {
  /** What to ask for with `sinceTime`; undefined before the first line. */
  since(): string | undefined;
  /** True when nothing delivered before came again although it had to: the source has dropped lines. */
  lost(): boolean;
  /** A new connection begins. */
  reconnect(): void;
  /** True for a line that was not delivered yet; it then counts as delivered. */
  take(time: string): boolean;
}

/**
 * The API takes `sinceTime` by whole seconds, several lines may bear one time stamp, and the two output streams of a container are
 * stamped by two writers, so that stamps may run backwards a little. Therefore: counts per stamp for the last seconds, asked again
 * from the beginning of the second before the last.
 */
export function resumePoint(): ResumePoint {
  const delivered = new Map<string, Map<string, number>>();
  let again = new Map<string, number>();
  let first = '';
  let last = '';
  let resumed = false;
  let matched = true;
  const forgetBefore = (oldest: string): void => {
    for (const kept of delivered.keys()) if (kept < oldest) delivered.delete(kept);
    for (const kept of again.keys()) if (kept < oldest) again.delete(kept);
  };
  const remember = (time: string, count: number): void => {
    const bucket = delivered.get(second(time));
    if (bucket) bucket.set(time, count);
    else {
      delivered.set(second(time), new Map([[time, count]]));
      forgetBefore(secondsBefore(time, 3).slice(0, 19));
    }
    // What the present connection delivers itself is no repetition.
    again.set(time, count);
    if (first === '') first = time;
    if (time > last) last = time;
  };
  return {
    since: () => (last === '' ? undefined : secondsBefore(last, 1)),
    lost: () => !matched,
    reconnect: () => {
      again = new Map();
      resumed = last !== '';
      matched = last === '';
    },
    take: (time) => {
      if (time === '') return true;
      // `tailLines` cut these off when the reading began.
      if (resumed && time < first) return false;
      const before = delivered.get(second(time))?.get(time) ?? 0;
      const repeated = again.get(time) ?? 0;
      if (repeated < before) {
        again.set(time, repeated + 1);
        matched = true;
        return false;
      }
      remember(time, before + 1);
      return true;
    },
  };
}
