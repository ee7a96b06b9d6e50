/** The connections to one API server: made once, by client-node's own rules of certificates and proxies, and kept. */
import { createSecureContext } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Dispatcher } from 'undici';

export interface SharedDispatcher {
  /** From now on the configuration is given the connections that are kept. */
  attach(config: KubeConfig): void;
  /**
   * Speaks HTTP/1.1: over HTTP/2 all logs and watches share one connection, which waits for the slowest reader of all, and of which Node
   * does not notice that it was cut while somebody reads slowly. Undefined before the first authentication.
   */
  forStreams(): Dispatcher | undefined;
  close(): void;
}

interface Kept {
  readonly made: Dispatcher | undefined;
  readonly streams: Dispatcher | undefined;
}

/**
 * client-node makes a new dispatcher, and so a new TLS connection, for every request. One is kept here for as long as what it was
 * made from stays the same; a renewed client certificate makes a new one.
 */
export function sharedDispatcher(): SharedDispatcher {
  let key: string | undefined;
  let kept: Kept | undefined;
  const attached = new WeakSet<KubeConfig>();
  const end = (old: Kept | undefined, how: 'close' | 'destroy'): void => {
    for (const one of [old?.made, old?.streams]) void one?.[how]().catch(() => undefined);
  };
  const attach = (config: KubeConfig): void => {
    if (attached.has(config)) return;
    attached.add(config);
    const make: unknown = Reflect.get(config, 'createDispatcher');
    const choose: unknown = Reflect.get(config, 'createDispatcherOptions');
    if (typeof make !== 'function' || typeof choose !== 'function') return;
    let single = false;
    Reflect.set(config, 'createDispatcherOptions', (...args: unknown[]) => {
      const chosen: unknown = choose.apply(config, args);
      return withConnections(chosen, single ? { allowH2: false } : {});
    });
    Reflect.set(config, 'createDispatcher', (cluster: unknown, options: Record<string, unknown>): Dispatcher | undefined => {
      const wanted = ['ca', 'cert', 'key', 'servername', 'rejectUnauthorized'].map((name) => String(options[name])).join('\n');
      if (wanted !== key) {
        end(kept, 'close');
        const made: Dispatcher | undefined = make.call(config, cluster, options);
        single = true;
        kept = { made, streams: make.call(config, cluster, options) };
        single = false;
        key = wanted;
      }
      return kept?.made;
    });
  };
  return { attach, forStreams: () => kept?.streams, close: () => end(kept, 'destroy') };
}

/**
 * Of an agent `connect` leads to the server, of a proxy `requestTls`. Certificates are read once for all connections: each would keep a
 * copy of its own.
 */
function withConnections(chosen: unknown, more: { readonly allowH2?: boolean }): unknown {
  if (typeof chosen !== 'object' || chosen === null) return chosen;
  const name = Reflect.get(chosen, 'requestTls') === undefined ? 'connect' : 'requestTls';
  const tls: unknown = Reflect.get(chosen, name);
  if (typeof tls !== 'object' || tls === null) return chosen;
  return { ...chosen, [name]: { ...tls, ...more, secureContext: createSecureContext(tls) } };
}
