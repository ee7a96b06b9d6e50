/** What an API server's refusals and silences mean, in words. */
import { type ErrorKind, fail, isWaybillError, type WaybillError } from '../errors.ts';
import type { Connection } from './connection.ts';

/** The `Status` object of the API (meta/v1), as far as it is read. */
export interface ApiStatus {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[] };
}

/** What an API server refused; `status` is 0 when it did not answer. */
export interface ApiError extends WaybillError {
  readonly status: number;
  readonly body: ApiStatus;
  /** Milliseconds after which the server asks to be asked again (429 and 503 with `Retry-After`, RFC 9110 §10.2.3). */
  readonly retryAfter?: number;
}

export const isApiError = (error: unknown): error is ApiError => isWaybillError(error) && 'status' in error && 'body' in error;

/** The HTTP status of an error of the API, else undefined. */
export const statusOf = (error: unknown): number | undefined => (isApiError(error) ? error.status : undefined);

const withStatus = (error: WaybillError, status: number, body: ApiStatus): ApiError => Object.assign(error, { status, body });

export const unreachable = (connection: Connection, why: string, cause: unknown): ApiError =>
  withStatus(
    fail(
      'unreachable',
      `The cluster of context \`${connection.context}\` (${connection.server}) cannot be reached: ${why}.`,
      'Check the network, the VPN and the server address of the kubeconfig.',
      { cause },
    ),
    0,
    {},
  );

export function networkError(connection: Connection, error: unknown): ApiError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/CERT|SIGNATURE|ISSUER|ALTNAME/.test(code)) {
    return withStatus(
      fail(
        'unreachable',
        `The server at ${connection.server} shows a certificate that the CA of context \`${connection.context}\` does not vouch for (${code}).`,
        'Make sure that the address belongs to the cluster; renew the kubeconfig if its CA has changed.',
        { cause: error },
      ),
      0,
      {},
    );
  }
  return unreachable(connection, code === '' ? text : `${code}, ${text}`, error);
}

export function refusal(connection: Connection, status: number, text: string, retryAfter?: number): ApiError {
  const body = statusBody(text);
  const message = body.message ?? (text.slice(0, 300) || `HTTP ${status}`);
  const denied = /cannot (\S+) resource "([^"]+)"(?: in API group "([^"]*)")?/.exec(message);
  const [kind, advice]: readonly [ErrorKind, string] =
    status === 401
      ? ['unauthorized', `Log in again: the credentials of context \`${connection.context}\` are not accepted.`]
      : denied
        ? ['unauthorized', `Ask for a Role that allows \`${denied[1]}\` on \`${denied[2]}${denied[3] ? `.${denied[3]}` : ''}\`.`]
        : status === 409
          ? ['conflict', 'Look at what the others changed, and plan again.']
          : status === 429 || status >= 500
            ? ['unreachable', 'Try again in a moment.']
            : ['rejected', 'Correct what the message names.'];
  const error = withStatus(
    fail(kind, `The cluster of context \`${connection.context}\` answered ${status}: ${message}`, advice),
    status,
    body,
  );
  return retryAfter === undefined ? error : Object.assign(error, { retryAfter });
}

function statusBody(text: string): ApiStatus {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
