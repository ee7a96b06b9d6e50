/** One write of a container, as the engine recorded it; for a terminal whatever piece arrived. */
export interface OutputFrame {
  readonly source: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

export interface Demultiplexer {
  /** Frames that are complete now, in order. */
  push(data: Uint8Array): OutputFrame[];
  /** What is left of a frame that was cut off. */
  end(): OutputFrame[];
}

const headerLength = 8;

/**
 * Takes the engine's multiplexed stream apart: frames of `[source, 0, 0, 0, length (uint32, big-endian)]` and bytes
 * (Engine API, "Attach to a container: stream format"). A terminal's stream (`tty`) has no frames.
 */
export function demultiplexer(tty: boolean): Demultiplexer {
  let pieces: Buffer[] = [];
  let held = 0;
  let wanted = headerLength;
  const push = (data: Uint8Array): OutputFrame[] => {
    const chunk = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    if (tty) return [{ source: 'stdout', bytes: chunk }];
    pieces.push(chunk);
    held += chunk.length;
    if (held < wanted) return [];
    const all = pieces.length === 1 ? chunk : Buffer.concat(pieces);
    const { frames, used } = framesOf(all);
    const rest = all.subarray(used);
    pieces = rest.length > 0 ? [rest] : [];
    held = rest.length;
    wanted = rest.length < headerLength ? headerLength : headerLength + rest.readUInt32BE(4);
    return frames;
  };
  const end = (): OutputFrame[] => {
    const rest = Buffer.concat(pieces);
    pieces = [];
    return rest.length > headerLength ? [{ source: sourceOf(rest), bytes: rest.subarray(headerLength) }] : [];
  };
  return { push, end };
}

function framesOf(data: Buffer): { frames: OutputFrame[]; used: number } {
  const frames: OutputFrame[] = [];
  let used = 0;
  while (data.length - used >= headerLength) {
    const end = used + headerLength + data.readUInt32BE(used + 4);
    if (end > data.length) break;
    frames.push({ source: sourceOf(data.subarray(used)), bytes: data.subarray(used + headerLength, end) });
    used = end;
  }
  return { frames, used };
}

function sourceOf(frame: Buffer): OutputFrame['source'] {
  return frame[0] === 2 ? 'stderr' : 'stdout';
}

/** Frames of a stream in batches, one batch for what arrived together; reads no faster than it is read. */
export async function* demultiplex(source: AsyncIterable<Uint8Array>, tty: boolean): AsyncGenerator<readonly OutputFrame[]> {
  const parts = demultiplexer(tty);
  for await (const data of source) {
    const frames = parts.push(data);
    if (frames.length > 0) yield frames;
  }
  const rest = parts.end();
  if (rest.length > 0) yield rest;
}
