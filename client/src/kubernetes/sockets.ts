/** Upgraded connections to an API server: exec and port-forward over WebSocket, one channel byte before each message. */
import { WebSocket } from 'undici';
import type { Connection } from './connection.ts';

/** Messages of one upgraded connection. `data` is what follows the channel byte. */
export interface Channels {
  /** Called for every message; text and binary alike arrive as bytes. */
  onMessage(listener: (channel: number, data: Uint8Array) => void): void;
  /** Called once, when the connection is over for whatever reason. */
  onClose(listener: () => void): void;
  send(channel: number, data: Uint8Array): void;
  /** Bytes that wait to be sent. */
  readonly waiting: number;
  close(): void;
}

/** The handshake failed; what the server said is not told by the upgrade itself. */
export const notUpgraded = Symbol('not upgraded');

/** Opens a WebSocket at `path` (with its query) under one of the channel protocols. Rejects with `notUpgraded`. */
export async function openChannels(connection: Connection, path: string, protocol: string, signal: AbortSignal): Promise<Channels> {
  signal.throwIfAborted();
  const { headers, dispatcher } = await connection.authenticate();
  const url = connection.server.replace(/^http/, 'ws') + path;
  const socket = new WebSocket(url, { protocols: [protocol], headers: { ...headers }, ...(dispatcher ? { dispatcher } : {}) });
  socket.binaryType = 'arraybuffer';
  const abort = (): void => socket.close();
  signal.addEventListener('abort', abort, { once: true });
  const early: [number, Uint8Array][] = [];
  let deliver = (channel: number, data: Uint8Array): void => void early.push([channel, data]);
  let over = false;
  const listeners = new Set<() => void>();
  socket.addEventListener('message', ({ data }: { data: unknown }) => {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array();
    if (bytes.length > 0) deliver(bytes[0] ?? 0, bytes.subarray(1));
  });
  socket.addEventListener('close', () => {
    over = true;
    signal.removeEventListener('abort', abort);
    for (const listener of listeners) listener();
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(signal.aborted ? signal.reason : notUpgraded), { once: true });
  });
  return {
    onMessage(listener) {
      deliver = listener;
      for (const [channel, data] of early.splice(0)) listener(channel, data);
    },
    onClose(listener) {
      if (over) listener();
      else listeners.add(listener);
    },
    send(channel, data) {
      if (socket.readyState !== WebSocket.OPEN) return;
      const message = new Uint8Array(data.length + 1);
      message[0] = channel;
      message.set(data, 1);
      socket.send(message);
    },
    get waiting() {
      return socket.bufferedAmount;
    },
    close: () => socket.close(),
  };
}
