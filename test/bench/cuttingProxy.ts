// A way to an API server that breaks: every connection is cut at intervals, or nothing gets through for a while.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { KubernetesAddress } from './kubernetes.ts';

export interface CuttingProxy {
  /** Of the administrator, through the proxy. */
  readonly kubeconfig: string;
  /** Connections that were cut so far. */
  readonly cuts: () => number;
  /** Cuts every connection each so many milliseconds; 0 stops that. */
  every(milliseconds: number): void;
  /** Cuts all and lets nothing through until `open`. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

export async function cuttingProxy(cluster: KubernetesAddress): Promise<CuttingProxy> {
  const port = Number(new URL(cluster.server).port);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isShut = false;
  let cuts = 0;
  let timer: NodeJS.Timeout | undefined;
  const server = createServer((socket) => {
    if (isShut) return void socket.destroy();
    const upstream = connect(port, '127.0.0.1');
    const pair = [socket, upstream] as const;
    pairs.add(pair);
    socket.pipe(upstream).pipe(socket);
    for (const end of pair) {
      end.on('error', () => undefined);
      end.on('close', () => {
        for (const one of pair) one.destroy();
        pairs.delete(pair);
      });
    }
  });
  const cut = (): void => {
    for (const [socket] of pairs) {
      cuts += 1;
      socket.resetAndDestroy();
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = typeof address === 'object' && address ? address.port : 0;
  const kubeconfig = join(cluster.folder, `cutting-${own}.conf`);
  writeFileSync(kubeconfig, readFileSync(cluster.kubeconfig, 'utf8').replaceAll(cluster.server, `https://127.0.0.1:${own}`), {
    mode: 0o600,
  });
  return {
    kubeconfig,
    cuts: () => cuts,
    every(milliseconds) {
      clearInterval(timer);
      if (milliseconds > 0) timer = setInterval(cut, milliseconds);
    },
    shut() {
      isShut = true;
      cut();
    },
    open() {
      isShut = false;
    },
    async close() {
      clearInterval(timer);
      cut();
      server.close();
    },
  };
}
