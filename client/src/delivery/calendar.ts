/** When windows begin: recurrences of RFC 5545 and schedules of cron, in a time zone, without a start date. Pure. */
import type { DeployWindow } from '../../../server/src/protocol.ts';

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly length: number;
}

interface Times {
  readonly fits: (day: Day) => boolean;
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
}

const dayLength = 86_400_000;
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
/** Longer windows are judged by their last hundred days. */
const horizon = 100 * dayLength;

/**
 * The times at which a window began and that it may still last from, newest first: `(now - duration, now]`. Undefined when they depend
 * on what the window does not say, such as the day that `INTERVAL=2` counts from.
 */
export function beginnings(window: DeployWindow, now: Date): readonly Date[] | undefined {
  const times = window.rrule === undefined ? cronTimes(window.cron ?? '') : ruleTimes(window.rrule);
  const zone = zoned(window.timezone ?? 'UTC');
  if (!times || !zone) return undefined;
  const oldest = now.getTime() - Math.min(window.duration * 1000, horizon);
  const found: number[] = [];
  // A day of the zone may begin a day before or after that of UTC.
  for (let at = oldest - 2 * dayLength; at <= now.getTime() + 2 * dayLength; at += dayLength) {
    const day = dayOf(new Date(at));
    if (!times.fits(day)) continue;
    for (const hour of times.hours) for (const minute of times.minutes) found.push(zone(day, hour, minute));
  }
  return [...new Set(found)]
    .filter((time) => time > oldest && time <= now.getTime())
    .sort((a, b) => b - a)
    .map((time) => new Date(time));
}

function dayOf(date: Date): Day {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  return { year, month, day, weekday: date.getUTCDay(), length: new Date(Date.UTC(year, month, 0)).getUTCDate() };
}

/** Milliseconds since 1970 of a wall clock of the zone; of a time that a change of the clocks leaves out, the one an hour later. */
function zoned(timezone: string): ((day: Day, hour: number, minute: number) => number) | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    const wall = (time: number): number => {
      const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
      return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day ?? 1, part.hour ?? 0, part.minute ?? 0);
    };
    return ({ year, month, day }, hour, minute) => {
      const wanted = Date.UTC(year, month - 1, day, hour, minute);
      const first = wanted - (wall(wanted) - wanted);
      return first + (wanted - wall(first));
    };
  } catch {
    return undefined;
  }
}

function ruleTimes(rrule: string): Times | undefined {
  const parts = new Map(rrule.split(';').map((part) => [part.split('=')[0] ?? '', part.split('=')[1] ?? '']));
  const frequency = parts.get('FREQ') ?? '';
  const list = (name: string): readonly string[] | undefined => parts.get(name)?.split(',');
  const numbers = (name: string): readonly number[] | undefined => list(name)?.map(Number);
  const known = ['FREQ', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYHOUR', 'BYMINUTE', 'BYSECOND', 'WKST', 'INTERVAL'];
  if ([...parts.keys()].some((name) => !known.includes(name)) || Number(parts.get('INTERVAL') ?? 1) !== 1) return undefined;
  const days = list('BYDAY');
  const dates = numbers('BYMONTHDAY');
  const months = numbers('BYMONTH');
  const anchored: Readonly<Record<string, boolean>> = {
    HOURLY: true,
    DAILY: true,
    WEEKLY: days !== undefined,
    MONTHLY: days !== undefined || dates !== undefined,
    YEARLY: months !== undefined && (days !== undefined || dates !== undefined),
  };
  if (!anchored[frequency]) return undefined;
  return {
    hours: numbers('BYHOUR') ?? (frequency === 'HOURLY' ? range(0, 23) : [0]),
    minutes: numbers('BYMINUTE') ?? [0],
    fits: (day) =>
      (months?.includes(day.month) ?? true) &&
      (days?.some((text) => isDay(text, day)) ?? true) &&
      (dates?.some((date) => date === day.day || date === day.day - day.length - 1) ?? true),
  };
}

/** `FR`, `1MO`, `-1SU`; the ordinal counts within the month. */
function isDay(text: string, day: Day): boolean {
  const [, ordinal = '', name = ''] = /^\+?(-?\d*)([A-Z]{2})$/.exec(text) ?? [];
  if (weekdays[day.weekday] !== name) return false;
  if (ordinal === '') return true;
  const fromStart = Math.ceil(day.day / 7);
  const fromEnd = -Math.ceil((day.length - day.day + 1) / 7);
  return Number(ordinal) === fromStart || Number(ordinal) === fromEnd;
}

/** Five fields, as crontab(5) has them: a day fits when either of two restricted day fields does. */
function cronTimes(cron: string): Times | undefined {
  const fields = cron.trim().split(/\s+/);
  const [minutes, hours, dates, months, days] = [
    cronField(fields[0], 0, 59),
    cronField(fields[1], 0, 23),
    cronField(fields[2], 1, 31),
    cronField(named(fields[3], ['', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']), 1, 12),
    cronField(named(fields[4], ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']), 0, 7),
  ];
  if (fields.length !== 5 || !minutes || !hours || !dates || !months || !days) return undefined;
  const either = !fields[2]?.startsWith('*') && !fields[4]?.startsWith('*');
  const onDate = (day: Day) => dates.includes(day.day);
  const onDay = (day: Day) => days.some((weekday) => weekday % 7 === day.weekday);
  return {
    minutes,
    hours,
    fits: (day) => months.includes(day.month) && (either ? onDate(day) || onDay(day) : onDate(day) && onDay(day)),
  };
}

function named(field: string | undefined, names: readonly string[]): string | undefined {
  return field?.replace(/[a-z]{3}/gi, (name) => {
    const at = names.indexOf(name.toUpperCase());
    return at < 0 ? name : String(at);
  });
}

function cronField(field: string | undefined, low: number, high: number): readonly number[] | undefined {
  const values = (field ?? '').split(',').map((part) => {
    const [, from, to, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
    if (from === undefined) return undefined;
    const start = from === '*' ? low : Number(from);
    const end = to !== undefined ? Number(to) : from === '*' || step !== undefined ? high : start;
    return start < low || end > high || Number(step ?? 1) < 1 ? undefined : range(start, end, Number(step ?? 1));
  });
  return values.includes(undefined) ? undefined : values.flatMap((value) => value ?? []);
}

function range(low: number, high: number, step = 1): readonly number[] {
  return Array.from({ length: Math.max(0, Math.floor((high - low) / step) + 1) }, (_, index) => low + index * step);
}
