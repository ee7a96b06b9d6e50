/** Requests to one API server, and what its failures mean. */
import { fetch, type Response } from 'undici';
import { type ErrorKind, fail, isWaybillError, type WaybillError } from '../errors.ts';
import type { Connection } from './connection.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** `/api/v1/namespaces/x/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Milliseconds until the answer must have begun (streams) or ended. Default 15 s; 0 waits as long as the connection holds. */
  readonly timeout?: number;
}

export interface ApiAnswer<T> {
  readonly body: T;
  /** Texts of the `Warning` headers: admission, deprecations (RFC 9111 §5.5 in its older form, code 299). */
  readonly warnings: readonly string[];
}

/** An API server, authenticated. */
export interface Api {
  readonly context: string;
  readonly server: string;
  readonly ca: string | undefined;
  /** Sends a request and reads JSON. Throws ApiError. */
  send<T>(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer<T>>;
  /** Opens a body that arrives bit by bit: logs and watches. Throws ApiError until it has begun. */
  stream(request: ApiRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  close(): void;
}

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
}

export const isApiError = (error: unknown): error is ApiError => isWaybillError(error) && 'status' in error && 'body' in error;

/** The HTTP status of an error of the API, else undefined. */
export const statusOf = (error: unknown): number | undefined => (isApiError(error) ? error.status : undefined);

/** Answers undefined for 404 and lets everything else through. */
export async function absent<T>(answer: Promise<ApiAnswer<T>>): Promise<ApiAnswer<T> | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

const answerTime = 15_000;

export function apiOf(connection: Connection): Api {
  const open = async (request: ApiRequest, signal: AbortSignal): Promise<Response> => {
    signal.throwIfAborted();
    const url = new URL(connection.server + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    const { headers, dispatcher } = await connection.authenticate();
    const response = await fetch(url, {
      method: request.method ?? 'GET',
      headers: {
        ...headers,
        accept: 'application/json',
        'user-agent': 'waybill',
        ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(dispatcher ? { dispatcher } : {}),
      redirect: 'error',
      signal,
    });
    if (!response.ok) throw refusal(connection, response.status, await response.text());
    return response;
  };
  return {
    context: connection.context,
    server: connection.server,
    ca: connection.ca,
    send: <T>(request: ApiRequest, signal: AbortSignal) =>
      withDeadline(connection, request, signal, async (inner) => {
        const response = await open(request, inner);
        // The shape is what the API documents for the path asked.
        return { body: (await response.json()) as T, warnings: warningsOf(response.headers.get('warning')) };
      }),
    stream: async (request, signal) => {
      const control = new AbortController();
      const forward = (): void => control.abort(signal.reason);
      signal.addEventListener('abort', forward, { once: true });
      const response = await withDeadline(connection, request, signal, (inner) => {
        inner.addEventListener('abort', () => control.abort(inner.reason), { once: true });
        return open(request, control.signal);
      });
      return bodyOf(response, () => signal.removeEventListener('abort', forward));
    },
    close: connection.close,
  };
}

async function* bodyOf(response: Response, done: () => void): AsyncGenerator<Uint8Array> {
  try {
    if (response.body) yield* response.body as AsyncIterable<Uint8Array>;
  } finally {
    done();
  }
}

async function withDeadline<T>(
  connection: Connection,
  request: ApiRequest,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const control = new AbortController();
  const forward = (): void => control.abort(signal.reason);
  const timeout = request.timeout ?? answerTime;
  let late = false;
  const expire = (): void => {
    late = true;
    control.abort();
  };
  const timer = timeout > 0 ? setTimeout(expire, timeout) : undefined;
  signal.addEventListener('abort', forward, { once: true });
  try {
    return await work(control.signal);
  } catch (error) {
    if (signal.aborted) throw fail('cancelled', 'Cancelled.', 'Nothing more is done.', { cause: error });
    if (late) throw unreachable(connection, `it did not answer within ${timeout / 1000} s`, error);
    if (isWaybillError(error)) throw error;
    throw networkError(connection, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', forward);
  }
}

/** Texts of `Warning: 299 - "text"` headers, which arrive joined by commas. */
export function warningsOf(header: string | null): readonly string[] {
  return [...(header ?? '').matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text]) => (text ?? '').replace(/\\(.)/g, '$1'));
}

const withStatus = (error: WaybillError, status: number, body: ApiStatus): ApiError => Object.assign(error, { status, body });

const unreachable = (connection: Connection, why: string, cause: unknown): ApiError =>
  withStatus(
    fail(
      'unreachable',
      `The cluster of context '${connection.context}' (${connection.server}) cannot be reached: ${why}.`,
      'Check the network, the VPN and the server address of the kubeconfig.',
      { cause },
    ),
    0,
    {},
  );

function networkError(connection: Connection, error: unknown): ApiError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/CERT|SIGNATURE|ISSUER|ALTNAME/.test(code)) {
    return withStatus(
      fail(
        'unreachable',
        `The server at ${connection.server} shows a certificate that the CA of context '${connection.context}' does not vouch for (${code}).`,
        'Make sure that the address belongs to the cluster; renew the kubeconfig if its CA has changed.',
        { cause: error },
      ),
      0,
      {},
    );
  }
  return unreachable(connection, code === '' ? text : `${code}, ${text}`, error);
}

function refusal(connection: Connection, status: number, text: string): ApiError {
  const body = statusBody(text);
  const message = body.message ?? (text.slice(0, 300) || `HTTP ${status}`);
  const denied = /cannot (\S+) resource "([^"]+)"(?: in API group "([^"]*)")?/.exec(message);
  const [kind, advice]: readonly [ErrorKind, string] =
    status === 401
      ? ['unauthorized', `Log in again: the credentials of context '${connection.context}' are not accepted.`]
      : denied
        ? ['unauthorized', `Ask for a Role that allows '${denied[1]}' on '${denied[2]}${denied[3] ? `.${denied[3]}` : ''}'.`]
        : status === 409
          ? ['conflict', 'Look at what the others changed, and plan again.']
          : status === 429 || status >= 500
            ? ['unreachable', 'Try again in a moment.']
            : ['rejected', 'Correct what the message names.'];
  return withStatus(fail(kind, `The cluster of context '${connection.context}' answered ${status}: ${message}`, advice), status, body);
}

function statusBody(text: string): ApiStatus {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
