import { IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { DockerHost } from '../../../server/src/protocol.ts';
import type { EngineVersion, Secrets } from '../ports.ts';
import { parseAddress } from './address.ts';
import { answerFault, cancelled, connectionFault, silent } from './faults.ts';
import { type Dial, type Dialer, dialer } from './modem.ts';
import { EngineAgent } from './transport.ts';
import { negotiate, type Spoken } from './version.ts';
import { watchdog } from './watchdog.ts';

/** Seconds that a control request may take, and between two looks at an engine whose streams are open. */
const controlSeconds = 10;

/** What goes with a request. In `query`, objects become JSON, arrays are repeated, undefined is left out. */
export interface Call {
  readonly query?: Readonly<Record<string, string | number | boolean | object | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: OutgoingHttpHeaders;
  /** Sent as it comes, with back pressure; destroyed when the request ends. */
  readonly source?: Readable;
  /** Time limit of a control request, seconds; 10 when absent. */
  readonly seconds?: number;
}

/** An open answer. Read `body` to its end, or call `close`; aborting the signal closes it too. */
export interface EngineStream {
  readonly status: number;
  /** Throws `unreachable` when the connection is cut or the engine falls silent, `cancelled` when the signal is aborted. */
  readonly body: AsyncIterable<Buffer>;
  close(): void;
}

/** One Docker Engine by its API (docs.docker.com/reference/api/engine). Paths are without the version: `/containers/json`. */
export interface DockerConnection {
  readonly host: DockerHost;
  /** Reaches the engine and says what it is; agrees on the API version. */
  version(signal: AbortSignal): Promise<EngineVersion>;
  /** A request with a short answer, at most `call.seconds`; undefined for an answer without a body. Error answers: see `statusOf`. */
  json<Answer>(method: string, path: string, call: Call, signal: AbortSignal): Promise<Answer>;
  /** A request whose answer may last: no time limit, but the engine is watched. Throws on an error answer. */
  stream(method: string, path: string, call: Call, signal: AbortSignal): Promise<EngineStream>;
  /** Takes the connection over for another protocol (`tcp`, `h2c`); `body` is sent as JSON. The caller destroys the stream. */
  upgrade(path: string, protocol: string, headers: OutgoingHttpHeaders, signal: AbortSignal, body?: unknown): Promise<Duplex>;
  /** Watches the engine until `done`, for who took a connection over: the signal is aborted with the reason when it falls silent. */
  watch(signal: AbortSignal): { readonly signal: AbortSignal; done(): void };
  /** Closes kept connections. Open streams are cut. */
  close(): void;
}

interface Wire {
  readonly host: DockerHost;
  readonly dial: Dialer;
}

/** Opens nothing yet; `secrets` may hold certificates. Throws `configuration` when the address is malformed or would be unsafe. */
export function connect(host: DockerHost, secrets?: Secrets): DockerConnection {
  const address = parseAddress(host);
  const agents = { control: new EngineAgent(address, secrets), streams: new EngineAgent(address, secrets) };
  const control: Wire = { host, dial: dialer(agents.control) };
  const streams: Wire = { host, dial: dialer(agents.streams) };
  let spoken: Spoken | undefined;
  const agreed = async (signal: AbortSignal): Promise<Spoken> => {
    spoken ??= await negotiate(host, (path) => short(control, { method: 'GET', path }, controlSeconds, signal));
    return spoken;
  };
  const watch = watchdog(controlSeconds * 1000, async (signal) => {
    await short(control, { method: 'GET', path: '/_ping' }, controlSeconds, signal);
  });
  const versioned = async (path: string, call: Call, signal: AbortSignal) => `/v${(await agreed(signal)).api}${path}${search(call.query)}`;
  return {
    host,
    version: async (signal) => (await agreed(signal)).engine,
    json: async <Answer>(method: string, path: string, call: Call, signal: AbortSignal) => {
      const dial = request(method, await versioned(path, call, signal), call);
      const { status, bytes } = await short(control, dial, call.seconds ?? controlSeconds, signal);
      if (!isFine(status)) throw answerFault(host, status, messageOf(bytes));
      return (bytes.length === 0 ? undefined : JSON.parse(bytes.toString('utf8'))) as Answer;
    },
    stream: async (method, path, call, signal) => {
      const dial = request(method, await versioned(path, call, signal), call);
      return await long(streams, dial, watch.open(signal));
    },
    upgrade: async (path, protocol, headers, signal, body) => {
      const sent = body === undefined ? {} : { body };
      const dial: Dial = { method: 'POST', path: await versioned(path, {}, signal), headers, upgrade: protocol, ...sent };
      return await takeOver(streams, dial, signal);
    },
    watch: (signal) => watch.open(signal),
    close: () => {
      watch.close(cancelled());
      agents.control.destroy();
      agents.streams.destroy();
    },
  };
}

function request(method: string, path: string, call: Call): Dial {
  return {
    method,
    path,
    ...(call.headers ? { headers: call.headers } : {}),
    ...(call.body === undefined ? {} : { body: call.body }),
    ...(call.source ? { source: call.source } : {}),
  };
}

function search(query: Call['query']): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.map((one) => {
      const text = typeof one === 'object' ? JSON.stringify(one) : String(one);
      return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
    });
  });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** 304: the container already is as asked. */
function isFine(status: number): boolean {
  return (status >= 200 && status < 300) || status === 304;
}

function messageOf(bytes: Buffer): string {
  const text = bytes.toString('utf8').trim();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message).trim();
  } catch {
    // Not JSON: a proxy's words.
  }
  return text.slice(0, 2000);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

async function short(wire: Wire, dial: Dial, seconds: number, signal: AbortSignal): Promise<Answer> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(silent(wire.host, seconds)), seconds * 1000);
  const either = AbortSignal.any([signal, limit.signal]);
  try {
    const message = await dialed(wire, dial, either);
    return { status: message.statusCode ?? 0, headers: message.headers, bytes: await all(message) };
  } catch (error) {
    throw connectionFault(wire.host, error, either);
  } finally {
    clearTimeout(timer);
    dial.source?.destroy();
  }
}

/** docker-modem never settles when a body is cut; reading the message ourselves does. */
async function all(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function dialed(wire: Wire, dial: Dial, signal: AbortSignal): Promise<IncomingMessage> {
  signal.throwIfAborted();
  const message = await wire.dial(dial, signal);
  if (message instanceof IncomingMessage) return message;
  message.destroy();
  throw new Error('the connection was taken over unasked');
}

async function long(wire: Wire, dial: Dial, watched: { readonly signal: AbortSignal; done(): void }): Promise<EngineStream> {
  const finish = (): void => {
    watched.done();
    dial.source?.destroy();
  };
  try {
    const message = await dialed(wire, dial, watched.signal);
    const status = message.statusCode ?? 0;
    if (!isFine(status)) throw answerFault(wire.host, status, messageOf(await all(message)));
    return {
      status,
      body: chunks(wire.host, message, watched.signal, finish),
      close: () => {
        message.destroy();
        finish();
      },
    };
  } catch (error) {
    finish();
    throw connectionFault(wire.host, error, watched.signal);
  }
}

async function* chunks(host: DockerHost, message: IncomingMessage, signal: AbortSignal, finish: () => void): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of message) yield chunk;
  } catch (error) {
    throw connectionFault(host, error, signal);
  } finally {
    message.destroy();
    finish();
  }
}

async function takeOver(wire: Wire, dial: Dial, signal: AbortSignal): Promise<Duplex> {
  try {
    signal.throwIfAborted();
    const answer = await wire.dial(dial, signal);
    if (!(answer instanceof IncomingMessage)) return answer;
    throw answerFault(wire.host, answer.statusCode ?? 0, messageOf(await all(answer)));
  } catch (error) {
    throw connectionFault(wire.host, error, signal);
  }
}
