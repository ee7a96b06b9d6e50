/** Memory of the language server over thousands of edits: it must not grow with them. Linux only, where the kernel tells. */
import { readFileSync } from 'node:fs';
import { generated } from './corpus.ts';
import { against, type Figure } from './figures.ts';
import { openServer, ours } from './keystroke.ts';

const lines = 200;

/** Resident memory of a process in MB. */
function resident(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

export async function measureMemory(): Promise<readonly Figure[]> {
  if (process.platform !== 'linux') return [];
  const { connection, pid, stop } = await openServer({ program: ours, pulls: true });
  try {
    const { uri, text } = generated(lines);
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'dockerfile', version: 1, text } });
    const samples: number[] = [];
    for (let edit = 0; edit < 10_000; edit++) {
      const range = { start: { line: 100, character: 0 }, end: { line: 100, character: edit % 2 } };
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: edit + 2 },
        contentChanges: [{ range, text: edit % 2 ? '' : 'X' }],
      });
      await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
      if (edit % 500 === 499) samples.push(resident(pid));
    }
    // The garbage collector takes its time: the highest of the second half is compared with the highest of the first.
    const highest = (some: readonly number[]) => Math.max(...some);
    const [early, late] = [highest(samples.slice(0, 10)), highest(samples.slice(10))];
    return [{ name: 'server memory in edits 5,001 to 10,000', value: late, unit: 'MB', against: against('the edits before', early, late) }];
  } finally {
    stop();
  }
}
