import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { LogLine, LogQuery, Ports } from '../ports.ts';

export interface ServiceLogLine extends LogLine {
  readonly service: string;
}

export interface TailInput extends Omit<LogQuery, 'service'> {
  readonly environment: EnvironmentSummary;
  /** Names without product. */
  readonly services: readonly string[];
}

/** Lines of every instance of the services, in the order they arrive; each source waits until its lines were taken. */
export function tailLogs(
  ports: Ports,
  { environment, services, ...query }: TailInput,
  signal: AbortSignal,
): AsyncIterable<readonly ServiceLogLine[]> {
  const platform = ports.platforms.of(environment.target);
  return merge(
    services.map(
      (service) =>
        async function* (inner: AbortSignal) {
          for await (const lines of platform.logs(environment, { ...query, service }, inner))
            yield lines.map((line) => ofService(line, service));
        },
    ),
    signal,
  );
}

/** Written out, member by member: it is done for hundreds of thousands of lines a second. */
const ofService = ({ instance, time, text, marker }: LogLine, service: string): ServiceLogLine =>
  marker ? { instance, time, text, marker, service } : { instance, time, text, service };

/** Merges sources as their values arrive. When one throws or the consumer stops, all are stopped. */
export async function* merge<T>(sources: readonly ((signal: AbortSignal) => AsyncIterable<T>)[], signal: AbortSignal): AsyncGenerator<T> {
  const stopping = new AbortController();
  const inner = AbortSignal.any([signal, stopping.signal]);
  const iterators = sources.map((source) => source(inner)[Symbol.asyncIterator]());
  const advance = async (index: number) => ({ index, result: await iterators[index]?.next() });
  const pending = new Map(iterators.map((_, index) => [index, advance(index)]));
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      if (!result || result.done) {
        pending.delete(index);
        continue;
      }
      pending.set(index, advance(index));
      yield result.value;
    }
  } finally {
    stopping.abort();
    for (const waiting of pending.values()) waiting.catch(() => undefined);
  }
}
