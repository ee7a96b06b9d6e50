/** Memory of the language server over thousands of edits: it must not grow with them. Linux only, where the kernel tells. */
import { readFileSync } from 'node:fs';
import { generated } from './corpus.ts';
import { against, type Figure } from './figures.ts';
import { openServer, ours } from './keystroke.ts';
import { edit, open, type Typed, typedAt } from './manifests.ts';
import { productLineFiles, writeProductLine } from './productLine.ts';

const lines = 200;
const edits = 10_000;

/** Resident memory of a process in MB. */
function resident(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

export async function measureMemory(): Promise<readonly Figure[]> {
  if (process.platform !== 'linux') return [];
  const dockerfile = generated(lines);
  const files = productLineFiles(200);
  const line = writeProductLine(files);
  try {
    const path = line.services[100] ?? '';
    const folder = line.uri('').replace(/\/$/, '');
    const manifest = typedAt(line.uri(path), 'waybill-service', files[path] ?? '', 'title: Service 100');
    return [
      await grown('server memory', { ...dockerfile, languageId: 'dockerfile', line: 100, character: 0 }),
      await grown('server memory, a manifest of 200', manifest, folder),
    ];
  } finally {
    line.remove();
  }
}

/** Memory over ten thousand edits of one document, each with its diagnostics and some with the model. */
async function grown(name: string, file: Typed, folder?: string): Promise<Figure> {
  const { connection, pid, stop } = await openServer({ program: ours, pulls: true, ...(folder ? { folder } : {}) });
  try {
    await open(connection, file);
    const samples: number[] = [];
    for (let count = 0; count < edits; count++) {
      await edit(connection, file, count);
      await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: file.uri } });
      if (folder && count % 100 === 99) await connection.sendRequest('waybill/model', {});
      if (count % (edits / 20) === edits / 20 - 1) samples.push(resident(pid));
    }
    // The garbage collector takes its time: the highest of the second half is compared with the highest of the first.
    const highest = (some: readonly number[]) => Math.max(...some);
    const [early, late] = [highest(samples.slice(0, 10)), highest(samples.slice(10))];
    return { name: `${name}, edits 5,001 to 10,000`, value: late, unit: 'MB', against: against('the edits before', early, late) };
  } finally {
    stop();
  }
}
