// A real etcd of one member.
import { join } from 'node:path';
import { type Component, freePorts, startDaemon, stopping, untilReady, withClaim } from './component.ts';
import { needPackages } from './install.ts';
import type { Claim } from './ledger.ts';

export interface Etcd extends Component {
  /** `http://127.0.0.1:PORT`, for clients. */
  readonly url: string;
  readonly log: string;
}

/** Starts etcd with empty data; ready when `/health` says so. */
export function startEtcd(): Promise<Etcd> {
  return withClaim(async (claim) => ({ ...stopping(claim), ...(await startEtcdIn(claim, claim.folder())) }));
}

/** Starts etcd under a folder and a claim of another component (Kubernetes keeps its state in one). */
export async function startEtcdIn(claim: Claim, folder: string): Promise<{ url: string; log: string }> {
  needPackages('etcd');
  const [client, peer] = await freePorts(2);
  const url = `http://127.0.0.1:${client}`;
  const peers = `http://127.0.0.1:${peer}`;
  const log = join(folder, 'etcd.log');
  const args = [
    ...['--data-dir', join(folder, 'etcd'), '--listen-client-urls', url, '--advertise-client-urls', url, '--unsafe-no-fsync'],
    ...['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers, '--initial-cluster', `default=${peers}`],
  ];
  const daemon = startDaemon(claim, { name: 'etcd', command: 'etcd', args, log, grace: 0 });
  await untilReady(daemon, async () => {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) });
    if (!(await answer.text()).includes('true')) throw new Error('not healthy yet');
  });
  return { url, log };
}
