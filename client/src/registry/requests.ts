import { fail, isWaybillError, type WaybillError } from '../errors.ts';
import type { Credentials } from '../ports.ts';
import { authorize, type Challenge, readChallenge } from './authorization.ts';
import { isLoopbackRegistry } from './reference.ts';

export interface RegistryOptions {
  readonly credentials: Credentials;
  /** Hosts that may be spoken to without TLS, besides those on this machine. */
  readonly insecure?: readonly string[];
}

export interface RegistryRequest {
  readonly host: string;
  /** Path below `/v2/`. */
  readonly path: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly accept: readonly string[];
  /** Repository path, for the scope of a token. */
  readonly repository: string;
  /** What a token must allow beyond reading `repository`: `push`, reading another repository that a blob is mounted from, removing. */
  readonly scope?: { readonly push: true; readonly from?: string; readonly remove?: true };
  /** Query of the address; its other parts come from `path`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | { readonly stream: ReadableStream<Uint8Array>; readonly size: number };
  readonly contentType?: string;
  /** Leaves the body of the answer unread, as a stream: for large content, without time limit. */
  readonly streamed?: boolean;
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** The body of an answer that was asked for as a stream. */
  readonly stream?: ReadableStream<Uint8Array>;
}

const seconds = 30;

/** Sends one request to a registry, signing in when it asks for it. Any status but 401 and 403 is an answer. */
export type Send = (request: RegistryRequest, signal: AbortSignal) => Promise<RegistryAnswer>;

export function sender(options: RegistryOptions): Send {
  /** `Authorization` values by host and repository. */
  const signedIn = new Map<string, string>();
  const plainHosts = new Set(options.insecure ?? []);
  const once = async (request: RegistryRequest, signal: AbortSignal): Promise<RegistryAnswer> => {
    const plain = plainHosts.has(request.host) || isLoopbackRegistry(request.host);
    const authorization = signedIn.get(keyOf(request));
    const url = new URL(`${plain ? 'http' : 'https'}://${request.host}/v2/${request.path}`);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    return await exchange(url, request, authorization, signal);
  };
  return async (request, signal) => {
    const isLong = request.streamed || (request.body && 'stream' in request.body);
    const limit = isLong ? signal : AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
    try {
      const first = await once(request, limit);
      if (first.status !== 401) return checked(request, first);
      const challenge = readChallenge(first.headers.get('www-authenticate'));
      const authorization = await signIn(options, request, challenge, limit);
      if (authorization === undefined) throw unauthorized(request, false);
      signedIn.set(keyOf(request), authorization);
      const second = await once(request, limit);
      if (second.status === 401) signedIn.delete(keyOf(request));
      return checked(request, second);
    } catch (error) {
      throw fault(request.host, error, signal);
    }
  };
}

function keyOf(request: RegistryRequest): string {
  return [`${request.host}/${request.repository}`, ...scopesOf(request)].join(' ');
}

/** Token scopes (distribution.github.io/distribution/spec/auth/scope). */
function scopesOf({ repository, scope }: RegistryRequest): readonly string[] {
  if (!scope) return [`repository:${repository}:pull`];
  return [
    `repository:${repository}:pull,push${scope.remove ? ',delete' : ''}`,
    ...(scope.from === undefined ? [] : [`repository:${scope.from}:pull`]),
  ];
}

async function signIn(
  options: RegistryOptions,
  request: RegistryRequest,
  challenge: Challenge | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!challenge) return undefined;
  const credential = await options.credentials.forRegistry(request.host, signal);
  return await authorize(challenge, credential, scopesOf(request), signal);
}

async function exchange(
  url: URL,
  request: RegistryRequest,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  const headers: Record<string, string> = { accept: request.accept.join(', ') };
  if (authorization !== undefined) headers.authorization = authorization;
  if (request.contentType !== undefined) headers['content-type'] = request.contentType;
  const { body } = request;
  const sent = body && 'stream' in body ? body.stream : body;
  if (body && 'stream' in body) headers['content-length'] = String(body.size);
  const init = { method: request.method, headers, signal, ...(sent ? { body: sent, duplex: 'half' as const } : {}) };
  const response = await fetch(url, init);
  if (request.streamed && response.ok && response.body) {
    return { status: response.status, headers: response.headers, body: new Uint8Array(), stream: response.body };
  }
  return { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) };
}

function checked(request: RegistryRequest, answer: RegistryAnswer): RegistryAnswer {
  if (answer.status === 401 || answer.status === 403) throw unauthorized(request, true);
  if (answer.status < 400 || answer.status === 404) return answer;
  const text = new TextDecoder().decode(answer.body).trim().slice(0, 300);
  throw fail(
    answer.status >= 500 || answer.status === 429 ? 'unreachable' : 'rejected',
    `The registry ${request.host} answers ${answer.status} for ${request.path}${text ? `: ${text}` : ''}.`,
    answer.status === 429 ? 'Wait a while: the registry limits how often it is asked.' : 'See the log of the registry.',
  );
}

function unauthorized(request: RegistryRequest, signedIn: boolean): WaybillError {
  return fail(
    'unauthorized',
    `The registry ${request.host} ${signedIn ? 'refuses this account' : 'wants an account'} for ${request.repository}.`,
    `Sign in with \`docker login ${request.host}\` using an account that may ${request.scope ? 'write' : 'read'} it.`,
  );
}

function fault(host: string, error: unknown, signal: AbortSignal): WaybillError {
  if (signal.aborted)
    return isWaybillError(signal.reason) ? signal.reason : fail('cancelled', 'Cancelled.', 'Start it again when you want it.');
  if (isWaybillError(error)) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there (connection refused)',
    ENOTFOUND: 'the host name is unknown',
    ECONNRESET: 'the connection was cut',
    UND_ERR_SOCKET: 'the connection was cut',
    ERR_SSL_WRONG_VERSION_NUMBER: 'it answers without TLS',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
    SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted',
  };
  const why = timedOut ? `nothing came within ${seconds} s` : (words[code] ?? (cause instanceof Error ? cause.message : String(cause)));
  return fail(
    'unreachable',
    `The registry ${host} cannot be reached: ${why}.`,
    'Check that the registry runs and that this machine can reach it.',
    {
      cause: error,
    },
  );
}
