/** What can be written to with an answer: an HTTP request, an HTTP/2 stream. */
export interface Target {
  readonly destroyed: boolean;
  write(bytes: Buffer, written: (error?: Error | null) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Writes; answers when the bytes are on their way, which is the back pressure, too: their buffer may be used again then. What waits when
 * the target is closed fails.
 */
export function writer(target: Target): (bytes: Buffer) => Promise<void> {
  const waiting = new Set<(error: Error) => void>();
  const closed = (): Error => new Error('the builder closed the transfer');
  target.once('close', () => {
    for (const fail of waiting) fail(closed());
  });
  return (bytes) =>
    new Promise((done, failed) => {
      if (target.destroyed) {
        failed(closed());
        return;
      }
      waiting.add(failed);
      target.write(bytes, (error) => {
        waiting.delete(failed);
        if (error) failed(error);
        else done();
      });
    });
}
