import { StringDecoder } from 'node:string_decoder';

/** Lines of a byte stream, without their ends; UTF-8 may be split anywhere. A last line without an end counts. */
export async function* lines(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of source) {
    const parts = (rest + decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield part.endsWith('\r') ? part.slice(0, -1) : part;
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}

/** JSON values of a stream, one a line, as the engine sends events and progress. A line that is not JSON comes as `{ stream: line }`. */
export async function* jsonLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Readonly<Record<string, unknown>>> {
  for await (const line of lines(source)) {
    if (line.trim() === '') continue;
    yield parse(line);
  }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Some proxies put text into the stream; it is shown, not lost.
  }
  return { stream: `${line}\n` };
}
