import { StringDecoder } from 'node:string_decoder';
import type { DockerConnection } from './connection.ts';
import { demultiplex, type OutputFrame } from './demultiplex.ts';

export interface ContainerLogQuery {
  /** `Config.Tty` of the container: a terminal's output is not in frames. */
  readonly tty: boolean;
  readonly follow: boolean;
  /** Lines from the end to begin with; all when absent. */
  readonly tail?: number;
  /** RFC 3339 with nanoseconds, or seconds since 1970 as `1700000000.000000001`. */
  readonly since?: string;
}

export interface ContainerLogLine {
  readonly source: OutputFrame['source'];
  /** RFC 3339 with nanoseconds, the engine's. */
  readonly time: string;
  readonly text: string;
}

/**
 * Lines of a container's log with their times, in batches as they arrive (`GET /containers/{id}/logs`, timestamps on). Ends when the
 * container ends (`follow`) or at the log's present end; throws `unreachable` when the engine is lost, `cancelled` by the signal.
 */
export async function* containerLogs(
  connection: DockerConnection,
  container: string,
  query: ContainerLogQuery,
  signal: AbortSignal,
): AsyncGenerator<readonly ContainerLogLine[]> {
  const asked = { stdout: true, stderr: true, timestamps: true, follow: query.follow, tail: query.tail ?? 'all', since: query.since };
  const stream = await connection.stream('GET', `/containers/${encodeURIComponent(container)}/logs`, { query: asked }, signal);
  const assembler = query.tty ? terminalLines() : frameLines();
  for await (const frames of demultiplex(stream.body, query.tty)) {
    const batch = frames.flatMap((frame) => assembler.push(frame));
    if (batch.length > 0) yield batch;
  }
  const rest = assembler.end();
  if (rest.length > 0) yield rest;
}

interface Assembler {
  push(frame: OutputFrame): ContainerLogLine[];
  end(): ContainerLogLine[];
}

/**
 * A frame is one record: its time, a space, its text. A line longer than 16 KiB comes as several records, each with a time; the first
 * time counts, and the records may be split within a character.
 */
export function frameLines(): Assembler {
  const open = { stdout: openLine(), stderr: openLine() };
  return {
    push: (frame) => {
      const line = open[frame.source];
      const space = frame.bytes.indexOf(0x20);
      const time = frame.bytes.toString('latin1', 0, Math.max(space, 0));
      const whole = frame.bytes.at(-1) === 0x0a;
      line.add(time, frame.bytes.subarray(space + 1, whole ? -1 : undefined));
      return whole ? line.take(frame.source) : [];
    },
    end: () => [...open.stdout.take('stdout'), ...open.stderr.take('stderr')],
  };
}

interface OpenLine {
  add(time: string, bytes: Buffer): void;
  take(source: OutputFrame['source']): ContainerLogLine[];
}

function openLine(): OpenLine {
  let time: string | undefined;
  let pieces: Buffer[] = [];
  return {
    add: (stamp, bytes) => {
      time ??= stamp;
      pieces.push(bytes);
    },
    take: (source) => {
      if (time === undefined) return [];
      const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
      const text = withoutReturn(bytes?.toString('utf8') ?? '');
      const line = { source, time, text };
      time = undefined;
      pieces = [];
      return [line];
    },
  };
}

/** A terminal's log is plain text, each line with its time in front. */
export function terminalLines(): Assembler {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const lineOf = (text: string): ContainerLogLine => {
    const space = text.indexOf(' ');
    return { source: 'stdout', time: text.slice(0, Math.max(space, 0)), text: withoutReturn(text.slice(space + 1)) };
  };
  return {
    push: (frame) => {
      const parts = (rest + decoder.write(frame.bytes)).split('\n');
      rest = parts.pop() ?? '';
      return parts.map(lineOf);
    },
    end: () => {
      const last = rest + decoder.end();
      rest = '';
      return last === '' ? [] : [lineOf(last)];
    },
  };
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
