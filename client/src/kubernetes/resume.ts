/** Remembers which lines of a log were delivered, so that a log that is asked for again continues exactly there. Pure. */

const [dash, capitalT, colon] = ['-', 'T', ':'].map((text) => text.charCodeAt(0));

/** `2026-11-24T08:20:11…`, told by what stands between the digits: hundreds of thousands of lines a second are asked. */
const isStamp = (line: string, end: number): boolean =>
  end >= 20 &&
  line.charCodeAt(4) === dash &&
  line.charCodeAt(7) === dash &&
  line.charCodeAt(10) === capitalT &&
  line.charCodeAt(13) === colon &&
  line.charCodeAt(16) === colon &&
  isDigit(line.charCodeAt(0)) &&
  isDigit(line.charCodeAt(18));

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/**
 * `2026-11-24T08:20:11.123456789Z text` → its two parts; a line without a time stamp has the empty time. Nodes stamp in their own
 * time zone; the time answered is in UTC.
 */
export function splitStamp(line: string): { readonly time: string; readonly text: string } {
  const space = line.indexOf(' ');
  const end = space === -1 ? line.length : space;
  if (!isStamp(line, end)) return { time: '', text: line };
  const stamp = line.slice(0, end);
  return { time: stamp.endsWith('Z') ? stamp : inUtc(stamp), text: line.slice(end + 1) };
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

const keptFor = 3e9;

/**
 * Nanoseconds since the month began, exact: a number for each line that is kept instead of a text, which would keep the whole piece that
 * it was cut out of.
 */
function momentOf(time: string): number {
  const two = (at: number): number => (time.charCodeAt(at) - 48) * 10 + time.charCodeAt(at + 1) - 48;
  const seconds = ((two(8) * 24 + two(11)) * 60 + two(14)) * 60 + two(17);
  let nanoseconds = 0;
  for (let at = 20; at < 29; at++) {
    const code = time.charCodeAt(at);
    nanoseconds = nanoseconds * 10 + (isDigit(code) ? code - 48 : 0);
  }
  return seconds * 1e9 + nanoseconds;
}

/** Times kept beyond those that may come again before they are looked through. */
const slack = 4_096;

/**
 * The API takes `sinceTime` by whole seconds, several lines may bear one time stamp, and the two output streams of a container are
 * stamped by two writers, so that stamps may run backwards a little. Therefore: the times of the last seconds are kept, counted when a
 * connection is made again, and asked again from the beginning of the second before the last.
 */
export function resumePoint(): ResumePoint {
  let recent: number[] = [];
  let most = slack;
  /** How often each time was delivered before this connection, less what has come again. */
  let owed = new Map<number, number>();
  /** No later line can have been delivered before. */
  let bound = 0;
  let first = '';
  let last = '';
  let resumed = false;
  let matched = true;
  const forget = (): void => {
    const newest = momentOf(last);
    // After the end of a month older ones have the greater numbers; they stay.
    recent = recent.filter((moment) => newest - moment <= keptFor);
    most = recent.length * 2 + slack;
  };
  /** True when it was delivered before and had not come again yet. */
  const isRepeated = (moment: number): boolean => {
    if (moment > bound) owed.clear();
    const left = owed.get(moment) ?? 0;
    if (left > 0) owed.set(moment, left - 1);
    return left > 0;
  };
  return {
    since: () => (last === '' ? undefined : secondsBefore(last, 1)),
    lost: () => !matched,
    reconnect: () => {
      resumed = last !== '';
      matched = !resumed;
      if (!resumed) return;
      forget();
      owed = new Map();
      for (const moment of recent) owed.set(moment, (owed.get(moment) ?? 0) + 1);
      bound = momentOf(last) + keptFor;
    },
    take: (time) => {
      if (time === '') return true;
      // `tailLines` cut these off when the reading began.
      if (resumed && time < first) return false;
      const moment = momentOf(time);
      if (owed.size > 0 && isRepeated(moment)) {
        matched = true;
        return false;
      }
      recent.push(moment);
      if (first === '') first = time;
      if (time > last) last = time;
      if (recent.length > most) forget();
      return true;
    },
  };
}
