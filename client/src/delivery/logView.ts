/** How lines of logs are read by people: their level, which of them are shown, and JSON as words. Pure. */
import type { LogLine } from '../ports.ts';

export const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

export interface LogFilter {
  /** Text that lines must hold, in any case; `/…/` is a regular expression. */
  readonly include?: string;
  /** Text that lines must not hold. */
  readonly exclude?: string;
  /** Lines of this level and above; a line without level goes with the one before it of the same instance. */
  readonly level?: Level;
}

const names: Readonly<Record<string, Level>> = {
  trace: 'trace',
  finest: 'trace',
  debug: 'debug',
  fine: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  severe: 'error',
  critical: 'error',
  fatal: 'error',
  panic: 'error',
};

const word = new RegExp(`(?:^|[^A-Za-z])(${Object.keys(names).join('|')})(?=[^A-Za-z]|$)`, 'i');
const said = /"?(?:level|lvl|severity|log\.level)"?\s*[=:]\s*"?([A-Za-z]+|\d{2})/i;

/** The level that a line names near its beginning, or in a field of its own; undefined when it names none. */
export function levelOf(text: string): Level | undefined {
  const field = said.exec(text)?.[1]?.toLowerCase();
  if (field !== undefined) return names[field] ?? numbered(field);
  const named = word.exec(text.slice(0, 80))?.[1];
  return named === undefined ? undefined : names[named.toLowerCase()];
}

/** Levels of bunyan and pino. */
function numbered(field: string): Level | undefined {
  const number = Number(field);
  return Number.isNaN(number) ? undefined : levels[Math.min(4, Math.max(0, number / 10 - 1))];
}

/** A matcher for text or `/regular expression/`; an expression that is none is taken as text. */
export function matcherOf(pattern: string): RegExp {
  const expression = /^\/(.+)\/$/.exec(pattern)?.[1];
  try {
    if (expression !== undefined) return new RegExp(expression, 'i');
  } catch {
    // Half-typed expressions are texts.
  }
  return new RegExp(pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
}

/** Whether lines, given in their order, are shown; markers always are. */
export function logFilter({ include, exclude, level }: LogFilter): (line: LogLine) => boolean {
  const wanted = include ? matcherOf(include) : undefined;
  const unwanted = exclude ? matcherOf(exclude) : undefined;
  const least = level === undefined ? -1 : levels.indexOf(level);
  const last = new Map<string, boolean>();
  const highEnough = (line: LogLine): boolean => {
    const own = levelOf(line.text);
    const answer = own === undefined ? (last.get(line.instance) ?? true) : levels.indexOf(own) >= least;
    last.set(line.instance, answer);
    return answer;
  };
  return (line) =>
    line.marker === true || ((least < 0 || highEnough(line)) && (wanted?.test(line.text) ?? true) && !(unwanted?.test(line.text) ?? false));
}

const messageKeys = ['msg', 'message', 'log', '@message', 'short_message'];
const levelKeys = ['level', 'lvl', 'severity', 'log.level'];
const loggerKeys = ['logger', 'logger_name', 'component'];
const timeKeys = ['time', 'ts', 'timestamp', '@timestamp', 't'];
const stackKeys = ['stack', 'stack_trace', 'exception', 'stacktrace'];

/** A line of JSON as `LEVEL logger message key=value …`, a stack below it; every other line as it is. */
export function readable(text: string): string {
  const object = text.startsWith('{') ? parsed(text) : undefined;
  if (!object) return text;
  const rest = new Map(Object.entries(object));
  const take = (keys: readonly string[]): string => {
    const key = keys.find((candidate) => rest.has(candidate));
    if (key === undefined) return '';
    const value = rest.get(key);
    rest.delete(key);
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  const message = take(messageKeys);
  const level = take(levelKeys);
  if (message === '' && level === '') return text;
  const logger = take(loggerKeys);
  const stack = take(stackKeys);
  take(timeKeys);
  const named = (names[level.toLowerCase()] ?? numbered(level))?.toUpperCase() ?? level;
  const fields = [...rest].map(([key, value]) => `${key}=${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`);
  const line = [named.padEnd(5), logger, message, ...fields].filter((part) => part.trim() !== '').join(' ');
  return stack === '' ? line : `${line}\n${stack.trimEnd()}`;
}

const quoted = (value: string): string => (/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
