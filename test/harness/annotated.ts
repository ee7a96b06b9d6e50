import { lineIndex } from '../../server/src/core/text/lineIndex.ts';
import type { Position, Range } from '../../server/src/protocol.ts';

/** `#~ rule [severity] [aliases…]: part of the message`. */
export interface Marker {
  readonly rule: string;
  /** Words between rule and colon: a severity, aliases, `no-alias`. */
  readonly words: readonly string[];
  readonly message: string;
}

/** A text without its annotations, and what they said. */
export interface Annotated {
  readonly text: string;
  /** `<|…|>`, in the order of their starts. */
  readonly ranges: readonly Range[];
  /** `<|>` */
  readonly cursor?: Position;
  readonly markers: readonly Marker[];
}

/** Reads annotated text: `<|…|>` ranges, one `<|>` cursor, lines `#~ …` that tell what is expected of the range before them. */
export function parseAnnotated(source: string): Annotated {
  const markers: Marker[] = [];
  const kept = source.split('\n').filter((line) => {
    const match = /^\s*#~\s+(\S+?)((?:\s+[\w./-]+)*):\s*(.*)$/.exec(line);
    if (match)
      markers.push({ rule: match[1] ?? '', words: (match[2] ?? '').split(/\s+/).filter(Boolean), message: (match[3] ?? '').trim() });
    return !match;
  });
  const pieces: string[] = [];
  const starts: number[] = [];
  const spans: { start: number; end: number }[] = [];
  let cursor: number | undefined;
  let length = 0;
  for (const part of kept.join('\n').split(/(<\|>|<\||\|>)/)) {
    if (part === '<|>') cursor = length;
    else if (part === '<|') starts.push(length);
    else if (part === '|>') spans.push({ start: starts.pop() ?? length, end: length });
    else {
      pieces.push(part);
      length += part.length;
    }
  }
  const text = pieces.join('');
  const index = lineIndex(text);
  const ranges = spans.sort((a, b) => a.start - b.start || b.end - a.end).map(({ start, end }) => index.range(start, end));
  return { text, ranges, markers, ...(cursor === undefined ? {} : { cursor: index.positionAt(cursor) }) };
}

/** Shows ranges in a text, for messages of failed assertions. */
export function showRanges(text: string, ranges: readonly Range[]): string {
  const index = lineIndex(text);
  const marks = ranges.flatMap((range) => [
    { at: index.offsetAt(range.start), mark: '<|' },
    { at: index.offsetAt(range.end), mark: '|>' },
  ]);
  let shown = text;
  for (const { at, mark } of marks.sort((a, b) => b.at - a.at)) shown = shown.slice(0, at) + mark + shown.slice(at);
  return shown;
}
