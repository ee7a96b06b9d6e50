/**
 * The kinds of failure that people are told apart by. Errors may cross bundles, so they are recognised by their `waybill` member,
 * never by `instanceof`.
 */
export type ErrorKind =
  /** What the user wrote or asked cannot be done as it stands. CLI exit 2. */
  | 'configuration'
  | 'usage'
  /** The workspace is not trusted (S15). */
  | 'untrusted'
  /** The target is not the one that the environment pins (S2). */
  | 'wrong-target'
  /** A gate is not met: promotion order, protection, lint errors. */
  | 'refused'
  /** Could not be reached, or did not answer in time. */
  | 'unreachable'
  | 'unauthorized'
  /** The other side answered, and its answer is a failure. */
  | 'rejected'
  /** The Dockerfile's own failure: a step ended with an error. */
  | 'build-failed'
  /** Somebody else holds the lock or changed the target (S11). */
  | 'conflict'
  | 'cancelled'
  | 'internal';

export interface WaybillError extends Error {
  readonly waybill: ErrorKind;
  /** What to do about it: one sentence. */
  readonly advice: string;
  /** Where the cause stands: file path and one-based line. */
  readonly at?: { readonly file: string; readonly line: number };
}

/** Makes an error that says what is wrong and why (`message`) and what to do (`advice`). */
export function fail(
  kind: ErrorKind,
  message: string,
  advice: string,
  more: { cause?: unknown; at?: WaybillError['at'] } = {},
): WaybillError {
  const error = new Error(message, more.cause === undefined ? {} : { cause: more.cause });
  return Object.assign(error, { waybill: kind, advice, ...(more.at ? { at: more.at } : {}) });
}

export function isWaybillError(value: unknown): value is WaybillError {
  return value instanceof Error && 'waybill' in value;
}

/** True for an abort by the user, whatever library raised it. */
export function isCancelled(error: unknown): boolean {
  return isWaybillError(error) ? error.waybill === 'cancelled' : error instanceof Error && error.name === 'AbortError';
}
