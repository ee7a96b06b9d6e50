/** Lines out of bytes that arrive in pieces. */

/** Batches of whole lines. What stands after the last line break when the source ends is the last line, if it ends well. */
export async function* lineBatches(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [rest];
}

/** One JSON value per line; empty lines are skipped. */
export async function* jsonLines<T>(body: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  for await (const lines of lineBatches(body)) {
    // The shape is what the API documents for the stream asked.
    for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
  }
}
