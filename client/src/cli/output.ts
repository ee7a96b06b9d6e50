/** Where a command writes. Every text passes the redactor first (S6). */
export interface Output {
  readonly json: boolean;
  /** True on a terminal that shows colours. */
  readonly colour: boolean;
  /** The answer itself, on the standard output. */
  line(text: string): void;
  /** The answer in the form that was asked for, whatever that is. */
  raw(text: string): void;
  /** What goes on meanwhile, on the standard error; silent with `--format json`. */
  note(text: string): void;
  /** One JSON object on one line of the standard output; silent with `--format text`. */
  event(event: Readonly<Record<string, unknown>>): void;
  /** Several at once: one write for a whole batch. */
  events(events: readonly Readonly<Record<string, unknown>>[]): void;
  /** Adds what takes secrets out of all that follows. */
  protect(redact: (text: string) => string): void;
  /** Ends when what was written so far has been taken; pauses a fast source for a slow reader. */
  drained(): Promise<void>;
}

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Output on two streams. */
export function streamOutput({ stdout, stderr }: Streams, json: boolean): Output {
  const filters: ((text: string) => string)[] = [];
  const redact = (text: string) => filters.reduce((shown, filter) => filter(shown), text);
  const events: Output['events'] = (list) => {
    if (json && list.length > 0) stdout.write(`${redact(list.map((event) => JSON.stringify(event)).join('\n'))}\n`);
  };
  return {
    json,
    colour: !json && stdout.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb',
    line: (text) => {
      if (!json) stdout.write(`${redact(text)}\n`);
    },
    raw: (text) => {
      if (text !== '') stdout.write(`${redact(text)}\n`);
    },
    note: (text) => {
      if (!json) stderr.write(`${redact(text)}\n`);
    },
    event: (event) => events([event]),
    events,
    protect: (filter) => void filters.push(filter),
    drained: () =>
      stdout.writableNeedDrain ? new Promise((resolve) => stdout.once('drain', resolve).once('close', resolve)) : Promise.resolve(),
  };
}

export type Colour = 'red' | 'yellow' | 'green' | 'blue' | 'cyan' | 'magenta' | 'dim' | 'bold';

const codes: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, dim: 2, bold: 1 };

/** The text in a colour, when colours are on. */
export function paint(on: boolean, colour: Colour, text: string): string {
  return on && text !== '' ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
}
