import type { LogLine } from '../../ports.ts';

/** The newest lines of a tail, for drawing them again, saving and opening them. */
export interface LogHistory {
  push(lines: readonly LogLine[]): void;
  lines(): readonly LogLine[];
  /** Lines that have been forgotten. */
  readonly forgotten: number;
}

/** Keeps at most so many lines, of at most so many characters together. */
export function logHistory(mostLines = 50_000, mostCharacters = 10_000_000): LogHistory {
  let kept: LogLine[] = [];
  let first = 0;
  let characters = 0;
  let forgotten = 0;
  const forget = (): void => {
    while (kept.length - first > mostLines || characters > mostCharacters) {
      characters -= kept[first]?.text.length ?? 0;
      first += 1;
      forgotten += 1;
    }
    // The dead half is cut off at once, not line by line.
    if (first > mostLines / 2) {
      kept = kept.slice(first);
      first = 0;
    }
  };
  return {
    push(lines) {
      for (const line of lines) {
        kept.push(line);
        characters += line.text.length;
      }
      forget();
    },
    lines: () => kept.slice(first),
    get forgotten() {
      return forgotten;
    },
  };
}

/** The lines as a plain text file: time, instance, text. */
export function logText(lines: readonly LogLine[], forgotten: number): string {
  const head = forgotten > 0 ? [`-- ${forgotten} earlier lines are not kept --`] : [];
  return `${[...head, ...lines.map((line) => `${line.time} ${line.instance} ${line.marker ? `-- ${line.text} --` : line.text}`)].join('\n')}\n`;
}
