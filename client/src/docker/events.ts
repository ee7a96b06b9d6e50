import type { Call, DockerConnection } from './connection.ts';
import { jsonLines } from './lines.ts';

/** One event of the engine: `container start`, `container die`, `container health_status: healthy`. */
export interface EngineEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  /** Nanoseconds since 1970; beyond the exact integers of JavaScript, good for ordering within microseconds. */
  readonly timeNano: number;
  readonly time: number;
}

export interface EventQuery {
  /** `{ type: ['container'], label: ['waybill.dev/service=order-api'] }` */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Seconds since 1970, fractions allowed: events from then on are replayed first. */
  readonly since?: number;
}

/**
 * Events as they happen (`GET /events`). The request is made at once; the promise settles when the engine has answered, so that what
 * is listed afterwards and what the events say leave no gap. Ends by throwing: `unreachable` or `cancelled`.
 */
export async function openEvents(
  connection: DockerConnection,
  query: EventQuery,
  signal: AbortSignal,
): Promise<AsyncIterable<EngineEvent>> {
  const call: Call = { query: { filters: query.filters, since: query.since } };
  const stream = await connection.stream('GET', '/events', call, signal);
  return events(stream.body);
}

async function* events(body: AsyncIterable<Buffer>): AsyncGenerator<EngineEvent> {
  for await (const value of jsonLines(body)) {
    if ('Type' in value && 'Actor' in value) yield value as unknown as EngineEvent;
  }
}
