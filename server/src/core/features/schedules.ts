/** Schedules and recurrences for people. */

/** A schedule in words, with its next times in its own time zone. */
export interface ScheduleInWords {
  readonly words: string;
  /** `Wed, 25 Nov 2026, 09:00`; the nearest first. */
  readonly next: readonly string[];
}

/** What knows the time and reads schedules; undefined for a text that is none. */
export interface Schedules {
  /** @param timezone name of the IANA database; UTC without one */
  inWords(cron: string, timezone: string | undefined): ScheduleInWords | undefined;
}

const frequencies: Readonly<Record<string, readonly [string, string]>> = {
  SECONDLY: ['second', 'seconds'],
  MINUTELY: ['minute', 'minutes'],
  HOURLY: ['hour', 'hours'],
  DAILY: ['day', 'days'],
  WEEKLY: ['week', 'weeks'],
  MONTHLY: ['month', 'months'],
  YEARLY: ['year', 'years'],
};
const days: Readonly<Record<string, string>> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
};
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const ordinals: Readonly<Record<string, string>> = { 1: 'first ', 2: 'second ', 3: 'third ', 4: 'fourth ', 5: 'fifth ', '-1': 'last ' };

/**
 * A recurrence of RFC 5545 in words: `every week on Friday at 15:00`. Undefined when it is none, or says what words here do not
 * say: BYYEARDAY, BYWEEKNO, BYSETPOS.
 */
export function recurrenceInWords(rrule: string): string | undefined {
  const parts = new Map(rrule.split(';').map((part) => [part.split('=')[0] ?? '', part.split('=')[1] ?? '']));
  const [one, many] = frequencies[parts.get('FREQ') ?? ''] ?? [];
  if (!one || !many || ['BYYEARDAY', 'BYWEEKNO', 'BYSETPOS', 'BYSECOND'].some((name) => parts.has(name))) return undefined;
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const list = (name: string) => parts.get(name)?.split(',') ?? [];
  const said = [
    interval === 1 ? `every ${one}` : `every ${interval} ${many}`,
    phrase('on', list('BYDAY').map(dayInWords)),
    phrase('on the', list('BYMONTHDAY').map(monthDay)),
    phrase(
      'in',
      list('BYMONTH').map((month) => months[Number(month) - 1] ?? month),
    ),
    timesInWords(list('BYHOUR'), list('BYMINUTE')),
    parts.has('COUNT') ? `${parts.get('COUNT')} times` : '',
    parts.has('UNTIL') ? `until ${(parts.get('UNTIL') ?? '').replace(/^(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3')}` : '',
  ];
  return said.filter((part) => part !== '').join(' ');
}

function phrase(lead: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `${lead} ${and(items)}`;
}

function and(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function dayInWords(text: string): string {
  const [, ordinal = '', day = ''] = /^\+?(-?\d*)([A-Z]{2})$/.exec(text) ?? [];
  const name = days[day] ?? text;
  return ordinal === '' ? name : `the ${ordinals[ordinal] ?? `${ordinal}. `}${name}`;
}

function monthDay(text: string): string {
  return text === '-1' ? 'last day' : `${text}.`;
}

function timesInWords(hours: readonly string[], minutes: readonly string[]): string {
  const two = (text: string) => text.padStart(2, '0');
  if (hours.length === 0) return minutes.length === 0 ? '' : `at minute ${and(minutes)}`;
  const times = hours.flatMap((hour) => (minutes.length === 0 ? ['0'] : minutes).map((minute) => `${two(hour)}:${two(minute)}`));
  return `at ${and(times)}`;
}

/** Seconds as people say them: `1 h 30 min`. */
export function secondsInWords(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ] as const;
  const words: string[] = [];
  let rest = seconds;
  for (const [size, name] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) words.push(`${count} ${name}`);
    rest -= count * size;
  }
  if (rest > 0 || words.length === 0) words.push(`${Math.round(rest * 1000) / 1000} s`);
  return words.join(' ');
}
