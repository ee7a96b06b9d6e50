/** The connections to one API server: made once, by client-node's own rules of certificates and proxies, and kept. */
import { createSecureContext } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Dispatcher } from 'undici';

export interface SharedDispatcher {
  /** From now on the configuration is given the connections that are kept. */
  attach(config: KubeConfig): void;
  close(): void;
}

/**
 * client-node makes a new dispatcher, and so a new TLS connection, for every request. One is kept here for as long as what it was
 * made from stays the same; a renewed client certificate makes a new one.
 */
export function sharedDispatcher(): SharedDispatcher {
  let key: string | undefined;
  let kept: Dispatcher | undefined;
  const attached = new WeakSet<KubeConfig>();
  const attach = (config: KubeConfig): void => {
    if (attached.has(config)) return;
    attached.add(config);
    const make: unknown = Reflect.get(config, 'createDispatcher');
    const choose: unknown = Reflect.get(config, 'createDispatcherOptions');
    if (typeof make !== 'function' || typeof choose !== 'function') return;
    Reflect.set(config, 'createDispatcherOptions', (...args: unknown[]) => withOwnConnections(choose.apply(config, args)));
    Reflect.set(config, 'createDispatcher', (cluster: unknown, options: Record<string, unknown>): Dispatcher | undefined => {
      const wanted = ['ca', 'cert', 'key', 'servername', 'rejectUnauthorized'].map((name) => String(options[name])).join('\n');
      if (wanted !== key) {
        void kept?.close().catch(() => undefined);
        kept = make.call(config, cluster, options);
        key = wanted;
      }
      return kept;
    });
  };
  return { attach, close: () => void kept?.destroy().catch(() => undefined) };
}

/**
 * HTTP/1.1: over HTTP/2 everything would share one connection, logs and watches would wait for the slowest reader of all, and a session
 * that was cut in between is not noticed: whatever is asked afterwards is never answered. Of an agent `connect` leads to the server, of a
 * proxy `requestTls`. Certificates are read once for all connections: each would keep a copy of its own.
 */
function withOwnConnections(chosen: unknown): unknown {
  if (typeof chosen !== 'object' || chosen === null) return chosen;
  const name = Reflect.get(chosen, 'requestTls') === undefined ? 'connect' : 'requestTls';
  const tls: unknown = Reflect.get(chosen, name);
  if (typeof tls !== 'object' || tls === null) return chosen;
  return { ...chosen, [name]: { ...tls, allowH2: false, secureContext: createSecureContext(tls) } };
}
