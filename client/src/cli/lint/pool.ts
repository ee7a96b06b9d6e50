import { Worker } from 'node:worker_threads';
import type { WorkspaceFile } from '../../../../server/src/core/features/workspace.ts';
import type { Finding } from '../../../../server/src/core/rules/rule.ts';
import type { Judging } from './judge.ts';

/** What a thread is given: the whole workspace, and which of its files are its own. */
export interface Share {
  readonly files: readonly WorkspaceFile[];
  readonly folders: readonly string[];
  readonly today: string;
  readonly judging: Judging;
  /** URIs. */
  readonly mine: readonly string[];
}

/** Judges files on several threads; findings by URI. */
export async function judgeInThreads(
  share: Omit<Share, 'mine'>,
  uris: readonly string[],
  threads: number,
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  // Neighbours are spread, so that one folder of long files does not keep one thread busy.
  const shares = Array.from({ length: threads }, (_, i) => uris.filter((_uri, at) => at % threads === i));
  const answers = await Promise.all(shares.map((mine) => runThread({ ...share, mine })));
  return new Map(answers.flat());
}

type Answer = readonly (readonly [uri: string, findings: readonly Finding[]])[];

function runThread(workerData: Share): Promise<Answer> {
  const name = import.meta.url.endsWith('.ts') ? './worker.ts' : './lintWorker.js';
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(name, import.meta.url), { workerData });
    worker.on('message', resolve);
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`A thread ended with ${code}.`)));
  });
}
