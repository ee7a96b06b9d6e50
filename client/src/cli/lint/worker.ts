import { parentPort, workerData } from 'node:worker_threads';
import type { Share } from './pool.ts';

void judge(workerData);

/** Judges this thread's share of the files and answers once. */
async function judge(share: Share): Promise<void> {
  const { createWorkspace, findingsOf, judgeOthers } = await import('../language.ts');
  const others = judgeOthers();
  const workspace = createWorkspace({ files: share.files, folders: share.folders, today: share.today });
  const answers = share.mine.map((uri) => {
    const file = workspace.file(uri);
    return [uri, file ? findingsOf(workspace, file, share.judging, others) : []];
  });
  parentPort?.postMessage(answers);
}
