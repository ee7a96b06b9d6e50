import { matcherOf, readable } from '../../delivery/logView.ts';
import type { LogLine } from '../../ports.ts';
import { colored, dim, safeText } from './ansi.ts';

/** How lines are drawn. */
export interface LogLook {
  readonly timestamps: boolean;
  /** False cuts lines at the width of the terminal. */
  readonly wrap: boolean;
  /** JSON as words. */
  readonly readable: boolean;
  /** Text that is marked; empty: none. */
  readonly highlight: string;
  /** Width of the terminal, for cutting. */
  readonly columns?: number;
}

export const plainLook: LogLook = { timestamps: true, wrap: true, readable: false, highlight: '' };

/** Bounded buffer between a log and a terminal that has no back-pressure: what does not fit is skipped, and said to be. */
export interface LogRing {
  push(lines: readonly LogLine[]): void;
  /** At most `limit` characters of whole lines, ready for the terminal; empty when there is nothing. */
  take(limit: number, look?: LogLook): string;
  /** The lines as they would be shown, of those that are given; colours are the same as ever. */
  draw(lines: readonly LogLine[], look: LogLook): string;
  /** Forgets what waits. */
  clear(): void;
  readonly pending: number;
}

const palette = ['36', '33', '35', '32', '34', '96', '93', '95', '92', '94'];

/** A ring of at most `capacity` lines; the oldest are dropped first. Each instance keeps one colour. */
export function logRing(capacity: number): LogRing {
  const colors = new Map<string, string>();
  let lines: LogLine[] = [];
  let first = 0;
  let skipped = 0;

  function colorOf(instance: string): string {
    const known = colors.get(instance);
    if (known) return known;
    const color = palette[colors.size % palette.length] ?? '36';
    colors.set(instance, color);
    return color;
  }

  function drop(): void {
    const excess = lines.length - first - capacity;
    if (excess <= 0) return;
    first += excess;
    skipped += excess;
    if (first > capacity) {
      lines = lines.slice(first);
      first = 0;
    }
  }

  return {
    push(batch) {
      for (const line of batch) lines.push(line);
      drop();
    },
    take(limit, look = plainLook) {
      let text = skipped > 0 ? `${dim(`── ${skipped} lines were skipped here: they came faster than a terminal shows them ──`)}\r\n` : '';
      skipped = 0;
      const draw = drawer(look, colorOf);
      for (let line = lines[first]; line; line = lines[first]) {
        const drawn = draw(line);
        if (text !== '' && text.length + drawn.length > limit) break;
        text += drawn;
        first += 1;
      }
      if (first === lines.length) {
        lines = [];
        first = 0;
      }
      return text;
    },
    draw: (batch, look) => batch.map(drawer(look, colorOf)).join(''),
    clear() {
      lines = [];
      first = 0;
      skipped = 0;
    },
    get pending() {
      return lines.length - first;
    },
  };
}

const longestLine = 32 * 1024;

/** `order-api-x1  10:14:02.113  text`, or a marker between dashes. */
function drawer(look: LogLook, colorOf: (instance: string) => string): (line: LogLine) => string {
  const mark = look.highlight === '' ? undefined : new RegExp(matcherOf(look.highlight).source, 'gi');
  return (line) => {
    const cut = line.text.length > longestLine ? `${line.text.slice(0, longestLine)}…` : line.text;
    const text = safeText(look.readable ? readable(cut) : cut);
    if (line.marker) return `${dim(`── ${text.includes(line.instance) ? '' : `${line.instance}: `}${text} ──`)}\r\n`;
    const time = look.timestamps ? `${clockTime(line.time)}  ` : '';
    const room = look.wrap || !look.columns ? undefined : look.columns - line.instance.length - time.length - 2;
    const shown = text.split('\n').map((part) => markIn(fit(part, room), mark));
    // A reset ends whatever colour the line itself left open.
    return `${colored(colorOf(line.instance), line.instance)}  ${dim(time)}${shown.join('\r\n    ')}\u001b[0m\r\n`;
  };
}

/** At most `room` characters; colours of a line that is cut are taken out. */
function fit(text: string, room: number | undefined): string {
  if (room === undefined || text.length <= room) return text;
  const plain = text.replace(/\u001b\[[0-9;:]*m/g, '').replaceAll('\t', '  ');
  return plain.length <= room ? text : `${plain.slice(0, Math.max(1, room - 1))}…`;
}

const markIn = (text: string, mark: RegExp | undefined): string =>
  mark ? text.replace(mark, (found) => (found === '' ? '' : `\u001b[7m${found}\u001b[27m`)) : text;

/** `10:14:02.113` in local time; the source's own text when it is no time. */
export function clockTime(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return safeText(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
