import type { LogLine } from '../../ports.ts';
import { colored, dim, safeText } from './ansi.ts';

/** Bounded buffer between a log and a terminal that has no back-pressure: what does not fit is skipped, and said to be. */
export interface LogRing {
  push(lines: readonly LogLine[]): void;
  /** At most `limit` characters of whole lines, ready for the terminal; empty when there is nothing. */
  take(limit: number): string;
  readonly pending: number;
}

const palette = ['36', '33', '35', '32', '34', '96', '93', '95', '92', '94'];

/** A ring of at most `capacity` lines; the oldest are dropped first. Each instance keeps one colour. */
export function logRing(capacity: number): LogRing {
  const colors = new Map<string, string>();
  let lines: string[] = [];
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
      for (const line of batch) lines.push(drawLine(line, colorOf));
      drop();
    },
    take(limit) {
      let text = skipped > 0 ? `${dim(`── ${skipped} lines were skipped here: they came faster than a terminal shows them ──`)}\r\n` : '';
      skipped = 0;
      while (first < lines.length) {
        const line = lines[first] ?? '';
        if (text !== '' && text.length + line.length > limit) break;
        text += line;
        first += 1;
      }
      if (first === lines.length) {
        lines = [];
        first = 0;
      }
      return text;
    },
    get pending() {
      return lines.length - first;
    },
  };
}

const longestLine = 32 * 1024;

/** `order-api-x1  10:14:02.113  text`, or a marker between dashes. */
function drawLine(line: LogLine, colorOf: (instance: string) => string): string {
  const text = safeText(line.text.length > longestLine ? `${line.text.slice(0, longestLine)}…` : line.text).replaceAll('\n', ' ');
  if (line.marker) return `${dim(`── ${text.includes(line.instance) ? '' : `${line.instance}: `}${text} ──`)}\r\n`;
  // A reset ends whatever colour the line itself left open.
  return `${colored(colorOf(line.instance), line.instance)}  ${dim(clockTime(line.time))}  ${text}\u001b[0m\r\n`;
}

/** `10:14:02.113` in local time; the source's own text when it is no time. */
function clockTime(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return safeText(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
