/** Values that are checked as what they are: `x-format` of the schemas. */
import { suggest } from '../text/suggest.ts';
import { address, host, hostPort, image, label, portRange, url } from './networkFormats.ts';

/** What is wrong with a text of a format, as a sentence; undefined when nothing is, or the format is unknown. */
export function formatProblem(format: string, text: string): string | undefined {
  // What is filled in later is judged when it is.
  return text.includes('${') ? undefined : checks[format]?.(text);
}

/** What was probably meant by a text of a format that is none; undefined when nothing is near. */
export function formatFix(format: string, text: string): string | undefined {
  const near = fixes[format]?.(text);
  return near !== undefined && near !== text && formatProblem(format, near) === undefined ? near : undefined;
}

const bareHost = (text: string): string =>
  text
    .replace(/^\w+:\/\//, '')
    .replace(/\/.*$/, '')
    .toLowerCase()
    .replaceAll('_', '-');

const fixes: Readonly<Record<string, (text: string) => string | undefined>> = {
  timezone: nearestZone,
  signal: (text) => suggest(text.toUpperCase().replace(/^(?!SIG)/, 'SIG'), signals),
  portRange: (text) => text.split('-').reverse().join('-'),
  host: bareHost,
  hostPort: bareHost,
  address: (text) => bareHost(text).replace(/:\d+$/, ''),
  url: (text) => `https://${text}`,
  image: (text) => text.replace(/^[^:@]+/, (path) => path.toLowerCase()),
};

const checks: Readonly<Record<string, (text: string) => string | undefined>> = {
  ...{ cron, rrule, timezone, regex, date, signal },
  ...{ address, host, hostPort, image, label, portRange, url },
};

/** https://man7.org/linux/man-pages/man7/signal.7.html */
const signals = [
  ...['SIGTERM', 'SIGQUIT', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGKILL', 'SIGSTOP', 'SIGABRT', 'SIGALRM', 'SIGBUS'],
  ...['SIGCHLD', 'SIGCONT', 'SIGFPE', 'SIGILL', 'SIGIO', 'SIGPIPE', 'SIGPROF', 'SIGPWR', 'SIGSEGV', 'SIGSTKFLT', 'SIGSYS', 'SIGTRAP'],
  ...['SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGVTALRM', 'SIGXCPU', 'SIGXFSZ'],
];

function signal(text: string): string | undefined {
  if (signals.includes(text) || /^SIGRT(?:MIN\+(?:\d|1[0-5])|MAX-(?:\d|1[0-4])|MIN|MAX)$/.test(text)) return undefined;
  return `There is no signal \`${text}\`.`;
}

const cronFields = [
  { name: 'minute', low: 0, high: 59, words: [] },
  { name: 'hour', low: 0, high: 23, words: [] },
  { name: 'day of the month', low: 1, high: 31, words: [] },
  { name: 'month', low: 1, high: 12, words: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'day of the week', low: 0, high: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

/** Five fields as Kubernetes reads them. https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax */
function cron(text: string): string | undefined {
  if (/^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(text)) return undefined;
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5)
    return `\`${text}\` has ${fields.length} fields: a schedule has five, \`minute hour day month weekday\`, such as \`0 9 * * 1-5\`.`;
  for (const [i, field] of fields.entries()) {
    const known = cronFields[i];
    if (known && !field.split(',').every((part) => fitsCron(part, known))) {
      return `\`${field}\` is no ${known.name}: ${known.low} to ${known.high}, \`*\`, \`a-b\`, \`*/n\`, or several with commas.`;
    }
  }
  return undefined;
}

function fitsCron(part: string, { low, high, words }: (typeof cronFields)[number]): boolean {
  const match = /^(\*|\?|\w+(?:-\w+)?)(?:\/(\d+))?$/.exec(part);
  if (!match || (match[2] !== undefined && Number(match[2]) < 1)) return false;
  const range = match[1] ?? '';
  if (range === '*' || range === '?') return true;
  const numbers = range.split('-').map((word) => {
    const at = words.indexOf(word.toLowerCase());
    return at >= 0 ? at + low : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  });
  const [first = Number.NaN, last = first] = numbers;
  return first >= low && last <= high && first <= last;
}

/** The parts of RFC 5545 §3.3.10 with what they may be. */
const rruleParts: Readonly<Record<string, RegExp>> = {
  FREQ: /^(?:SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9]\d*$/,
  COUNT: /^[1-9]\d*$/,
  UNTIL: /^\d{8}(?:T\d{6}Z?)?$/,
  BYSECOND: numbers(0, 60),
  BYMINUTE: numbers(0, 59),
  BYHOUR: numbers(0, 23),
  BYDAY: /^(?:[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU))(?:,[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU))*$/,
  BYMONTHDAY: /^-?\d{1,2}(?:,-?\d{1,2})*$/,
  BYYEARDAY: /^-?\d{1,3}(?:,-?\d{1,3})*$/,
  BYWEEKNO: /^-?\d{1,2}(?:,-?\d{1,2})*$/,
  BYMONTH: numbers(1, 12),
  BYSETPOS: /^-?\d{1,3}(?:,-?\d{1,3})*$/,
  WKST: /^(?:MO|TU|WE|TH|FR|SA|SU)$/,
};

function numbers(low: number, high: number): RegExp {
  const all = Array.from({ length: high - low + 1 }, (_, i) => `0?${low + i}`).join('|');
  return new RegExp(`^(?:${all})(?:,(?:${all}))*$`);
}

function rrule(text: string): string | undefined {
  const seen = new Set<string>();
  for (const part of text.split(';')) {
    const [name = '', value = ''] = part.split('=');
    const pattern = Object.hasOwn(rruleParts, name) ? rruleParts[name] : undefined;
    if (!pattern) return `\`${name}\` is no part of a recurrence. There are ${Object.keys(rruleParts).join(', ')}.`;
    if (seen.has(name)) return `\`${name}\` is here twice.`;
    if (!pattern.test(value)) return `\`${value}\` does not fit \`${name}\`.`;
    seen.add(name);
  }
  if (!seen.has('FREQ')) return 'A recurrence says how often: `FREQ=DAILY`, `FREQ=WEEKLY`, ….';
  return seen.has('COUNT') && seen.has('UNTIL') ? 'A recurrence ends by `COUNT` or by `UNTIL`, not by both.' : undefined;
}

function timezone(text: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    if (/^[+-]\d/.test(text)) return 'Name the place, not the offset, which changes with daylight saving: `Europe/Berlin`.';
    return undefined;
  } catch {
    return `\`${text}\` is no time zone: it is an area and a place, such as \`Asia/Shanghai\`, or \`UTC\`.`;
  }
}

function nearestZone(text: string): string | undefined {
  const wanted = text.toLowerCase().replaceAll(' ', '_');
  const zones = Intl.supportedValuesOf('timeZone');
  const place = wanted.split('/').at(-1) ?? wanted;
  return zones.find((zone) => zone.toLowerCase() === wanted || zone.toLowerCase().endsWith(`/${place}`)) ?? suggest(text, zones);
}

function regex(text: string): string | undefined {
  try {
    new RegExp(text);
    return undefined;
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.replace(/^.*: /, '') : 'it cannot be read';
    return `This is no regular expression: ${reason}.`;
  }
}

/** A day of the calendar, written as ISO 8601 does. */
function date(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) ? undefined : `There is no day \`${text}\`.`;
}
