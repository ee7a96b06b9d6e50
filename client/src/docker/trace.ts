import { fields, timestamp } from './wire.ts';

/** A step as BuildKit reports it, again and again as it goes on. Times are seconds since 1970. */
export interface TraceVertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started?: number;
  readonly completed?: number;
  readonly error: string;
}

export interface TraceLog {
  readonly vertex: string;
  readonly text: Buffer;
}

export interface TraceWarning {
  readonly text: string;
  /** One-based line of the Dockerfile. */
  readonly line?: number;
}

/** What is used of a `moby.buildkit.v1.StatusResponse` (github.com/moby/buildkit/api/services/control). */
export interface Trace {
  readonly vertexes: readonly TraceVertex[];
  readonly logs: readonly TraceLog[];
  readonly warnings: readonly TraceWarning[];
}

/** Decodes the `aux` of a `moby.buildkit.trace` line. */
export function decodeTrace(message: Buffer): Trace {
  const vertexes: TraceVertex[] = [];
  const logs: TraceLog[] = [];
  const warnings: TraceWarning[] = [];
  for (const field of fields(message)) {
    if (field.number === 1) vertexes.push(vertexOf(field.bytes));
    else if (field.number === 3) logs.push(logOf(field.bytes));
    else if (field.number === 4) warnings.push(warningOf(field.bytes));
  }
  return { vertexes, logs, warnings };
}

function vertexOf(message: Buffer): TraceVertex {
  const vertex = { digest: '', name: '', cached: false, error: '' };
  const times: { started?: number; completed?: number } = {};
  for (const { number, value, bytes } of fields(message)) {
    if (number === 1) vertex.digest = bytes.toString('utf8');
    else if (number === 3) vertex.name = bytes.toString('utf8');
    else if (number === 4) vertex.cached = value !== 0;
    else if (number === 5) times.started = timestamp(bytes);
    else if (number === 6) times.completed = timestamp(bytes);
    else if (number === 7) vertex.error = bytes.toString('utf8');
  }
  return { ...vertex, ...times };
}

function logOf(message: Buffer): TraceLog {
  let vertex = '';
  let text: Buffer = Buffer.alloc(0);
  for (const field of fields(message)) {
    if (field.number === 1) vertex = field.bytes.toString('utf8');
    else if (field.number === 4) text = field.bytes;
  }
  return { vertex, text };
}

function warningOf(message: Buffer): TraceWarning {
  let text = '';
  let line: number | undefined;
  for (const field of fields(message)) {
    if (field.number === 3) text = field.bytes.toString('utf8');
    else if (field.number === 7) line ??= firstLine(field.bytes);
  }
  return line === undefined ? { text } : { text, line };
}

/** `pb.Range` → its `start` → its `line`. */
function firstLine(range: Buffer): number | undefined {
  for (const start of fields(range)) {
    if (start.number !== 1) continue;
    for (const field of fields(start.bytes)) if (field.number === 1) return field.value;
  }
  return undefined;
}
