/** Requests to one API server, and what its failures mean. */
import { fetch, type Response, request as streamed } from 'undici';
import { fail, isWaybillError } from '../errors.ts';
import type { Authentication, Connection } from './connection.ts';
import { isApiError, networkError, refusal, statusOf, unreachable } from './requestError.ts';
import { persist, retryAfter } from './requestRetry.ts';
import { serverTime } from './requestTime.ts';
import { type Channels, notUpgraded, openChannels } from './sockets.ts';

export { type ApiError, type ApiStatus, isApiError, statusOf } from './requestError.ts';

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
  /** Upgrades to a WebSocket with channels (`v5.channel.k8s.io`). Throws ApiError with the server's reason when it is refused. */
  channels(path: string, query: URLSearchParams, protocol: string, signal: AbortSignal): Promise<Channels>;
  /** The server's time by its `Date` headers; undefined before its first answer. */
  readonly time?: () => Date | undefined;
  close(): void;
}

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
  const time = serverTime();
  const open = async (request: ApiRequest, { headers, dispatcher }: Authentication, signal: AbortSignal): Promise<Response> => {
    signal.throwIfAborted();
    const response = await fetch(urlOf(connection, request), {
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
    time.heard(response.headers.get('date'));
    if (!response.ok) throw refusal(connection, response.status, await response.text(), retryAfter(response.headers.get('retry-after')));
    return response;
  };
  /** Without the layers of `fetch`, which cost several times what a log or a watch itself does; such bodies come uncompressed anyway. */
  const openStream = async (request: ApiRequest, { headers, dispatcher }: Authentication, signal: AbortSignal) => {
    signal.throwIfAborted();
    const response = await streamed(urlOf(connection, request), {
      headers: { ...headers, accept: 'application/json', 'user-agent': 'waybill' },
      ...(dispatcher ? { dispatcher } : {}),
      headersTimeout: 0,
      bodyTimeout: 0,
      signal,
    });
    const header = (name: string): string | null => [response.headers[name]].flat()[0] ?? null;
    time.heard(header('date'));
    if (response.statusCode === 200) return response.body;
    throw refusal(connection, response.statusCode, await response.body.text(), retryAfter(header('retry-after')));
  };
  /** Authenticates apart from the deadline: a login may take its time, and has a limit of its own. */
  const attempt = <T>(
    request: ApiRequest,
    signal: AbortSignal,
    work: (authentication: Authentication, signal: AbortSignal) => Promise<T>,
  ): Promise<T> =>
    persist(connection, isHarmless(request), signal, async () => {
      const authentication = await unlessAborted(connection.authenticate(), signal);
      return withDeadline(connection, request, signal, (inner) => work(authentication, inner));
    });
  return {
    context: connection.context,
    server: connection.server,
    ca: connection.ca,
    send: <T>(request: ApiRequest, signal: AbortSignal) =>
      attempt(request, signal, async (authentication, inner) => {
        const response = await open(request, authentication, inner);
        // The shape is what the API documents for the path asked.
        return { body: (await response.json()) as T, warnings: warningsOf(response.headers.get('warning')) };
      }),
    stream: async (request, signal) => {
      const control = new AbortController();
      const forward = (): void => control.abort(signal.reason);
      signal.addEventListener('abort', forward, { once: true });
      const body = await attempt(request, signal, (authentication, inner) => {
        inner.addEventListener('abort', () => control.abort(inner.reason), { once: true });
        return openStream(request, authentication, control.signal);
      });
      return bodyOf(body, () => signal.removeEventListener('abort', forward));
    },
    channels: async (path, query, protocol, signal) => {
      try {
        const opened = await withDeadline(connection, { path }, signal, (inner) =>
          openChannels(connection, `${path}?${query}`, protocol, inner).catch((error: unknown) => {
            if (error !== notUpgraded) throw error;
            return Promise.reject(fail('rejected', `The cluster of context \`${connection.context}\` opened no connection.`, 'Try again.'));
          }),
        );
        // The deadline's own signal has ended with the handshake.
        signal.addEventListener('abort', opened.close, { once: true });
        opened.onClose(() => signal.removeEventListener('abort', opened.close));
        return opened;
      } catch (error) {
        if (!isWaybillError(error) || error.waybill !== 'rejected') throw error;
        // The same request without an upgrade tells why: 403, 404, or 400 where nothing but the upgrade is missing.
        const plain = await open({ path, query: Object.fromEntries(query) }, await connection.authenticate(), signal).catch(
          (reason: unknown) => reason,
        );
        if (isApiError(plain) && plain.status !== 400) throw plain;
        throw isWaybillError(plain) ? error : networkError(connection, plain);
      }
    },
    time: time.now,
    close: connection.close,
  };
}

/** Reads, dry runs and questions about rights may be sent twice. */
const isHarmless = ({ method = 'GET', path, query }: ApiRequest): boolean =>
  method === 'GET' || query?.dryRun !== undefined || /^\/apis\/auth[a-z]+\.k8s\.io\/v1\/selfsubject/.test(path);

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(fail('cancelled', 'Cancelled.', 'Nothing more is done.'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function urlOf(connection: Connection, request: ApiRequest): URL {
  const url = new URL(connection.server + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

async function* bodyOf(body: AsyncIterable<Uint8Array>, done: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
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
