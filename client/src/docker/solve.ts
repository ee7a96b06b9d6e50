import { randomUUID } from 'node:crypto';
import type { DockerConnection } from './connection.ts';
import { type Control, isControlFault, openControl } from './control.ts';
import { bytesField, fields, mapEntry, mapField } from './wire.ts';

/** One build by `dockerfile.v0` (github.com/moby/buildkit/frontend/dockerfile). */
export interface SolveOrder {
  /** Of the session that answers the builder's questions. */
  readonly session: string;
  /** `filename`, `target`, `build-arg:NAME`, `label:NAME`, `context:NAME`, … */
  readonly attributes: Readonly<Record<string, string>>;
  /** `repository:tag` names for the image. */
  readonly tags: readonly string[];
  readonly caches: Caches;
}

/** An entry of `CacheOptions`: `registry`, `inline`. */
export interface CacheEntry {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Caches {
  readonly exports: readonly CacheEntry[];
  readonly imports: readonly CacheEntry[];
}

export interface Solved {
  /** Id of the image on the engine. */
  readonly id?: string;
  /** The builder's words for why there is none. */
  readonly error?: string;
}

/** Milliseconds. */
const lastWords = 2_000;

/**
 * Builds over BuildKit's own API, `moby.buildkit.v1.Control/Solve`, and tells what `Status` says meanwhile. When the signal is aborted the
 * builder stops. A failure of the Dockerfile is an answer, not an exception.
 */
export async function solve(
  connection: DockerConnection,
  order: SolveOrder,
  trace: (message: Buffer) => void,
  signal: AbortSignal,
): Promise<Solved> {
  const control = await openControl(connection, signal);
  const reference = randomUUID().replaceAll('-', '');
  const followed = new AbortController();
  const following = follow(control, reference, trace, AbortSignal.any([signal, followed.signal]));
  try {
    const answer = await only(control.call('Solve', request(reference, order), signal));
    await following;
    return { id: idOf(answer) };
  } catch (error) {
    if (!isControlFault(error)) throw error;
    // Its last words are on their way; of a build that never began there are none.
    const limit = setTimeout(() => followed.abort(), lastWords);
    await following;
    clearTimeout(limit);
    return { error: error.message };
  } finally {
    followed.abort();
    control.close();
  }
}

/** Ends by itself with the build. What is lost here is only seen less. */
async function follow(control: Control, reference: string, trace: (message: Buffer) => void, signal: AbortSignal): Promise<void> {
  try {
    for await (const message of control.call('Status', bytesField(1, reference), signal)) trace(message);
  } catch {
    // The build's own call tells what is wrong with the connection.
  }
}

/** `SolveRequest`. The exporter `moby` is the engine's own image store. */
function request(reference: string, { session, attributes, tags, caches }: SolveOrder): Buffer {
  const exporter = Buffer.concat([bytesField(1, 'moby'), mapField(2, { name: tags.join(',') })]);
  return Buffer.concat([
    bytesField(1, reference),
    bytesField(5, session),
    bytesField(6, 'dockerfile.v0'),
    mapField(7, attributes),
    bytesField(8, cacheOptions(caches)),
    bytesField(13, exporter),
  ]);
}

/** `CacheOptions`. */
function cacheOptions({ exports, imports }: Caches): Buffer {
  const entry = (number: number, { type, attributes }: CacheEntry) =>
    bytesField(number, Buffer.concat([bytesField(1, type), mapField(2, attributes)]));
  return Buffer.concat([...exports.map((one) => entry(4, one)), ...imports.map((one) => entry(5, one))]);
}

async function only(answers: AsyncIterable<Buffer>): Promise<Buffer> {
  let last: Buffer = Buffer.alloc(0);
  for await (const answer of answers) last = answer;
  return last;
}

/** `SolveResponse.ExporterResponse`. */
function idOf(answer: Buffer): string {
  const response = new Map<string, string>();
  for (const field of fields(answer)) if (field.number === 1) response.set(...mapEntry(field.bytes));
  return response.get('containerimage.digest') ?? '';
}
