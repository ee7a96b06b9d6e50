import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { EnvironmentState, Ports } from '../ports.ts';

/** What runs in an environment now: the first state of its watch. */
export async function statusOf(ports: Ports, environment: EnvironmentSummary, signal: AbortSignal): Promise<EnvironmentState> {
  const watching = new AbortController();
  const states = ports.platforms.of(environment.target).observe(environment, AbortSignal.any([signal, watching.signal]));
  const iterator = states[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    if (!first.done) return first.value;
  } finally {
    watching.abort();
    await iterator.return?.().catch(() => undefined);
  }
  signal.throwIfAborted();
  throw fail('unreachable', `\`${environment.name}\` gave no state.`, 'Try again; if it persists, look at the log of Waybill.');
}
