import { type ErrorKind, isWaybillError } from '../errors.ts';

/** A failure as the views show it: plain words, never an error object. */
export interface Failure {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly advice: string;
}

/** Something that is fetched: on its way, here, or not to be had. Empty is a value that is here. */
export type Load<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly failure: Failure };

/** What is wrong and what to do, as two sentences. */
export function failureSentences(failure: Failure): string {
  const end = /[.!?]$/.test(failure.message) ? '' : '.';
  return `${failure.message}${end} ${failure.advice}`.trim();
}

/** What went wrong, from whatever was thrown. */
export function failureOf(error: unknown): Failure {
  if (isWaybillError(error)) return { kind: error.waybill, message: error.message, advice: error.advice };
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'internal', message, advice: 'Open the log of Waybill for details.' };
}
