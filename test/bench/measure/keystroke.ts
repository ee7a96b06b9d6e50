/** From a keystroke to its diagnostics: the bundled server in a process of its own, over stdio. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node';
import { generated } from './corpus.ts';
import { type Figure, median, quantile } from './figures.ts';

const server = resolve(import.meta.dirname, '../../../dist/server.js');
const sample = pathToFileURL(resolve(import.meta.dirname, '../../sample')).href;

export async function measureKeystrokes(): Promise<readonly Figure[]> {
  const child = spawn(process.execPath, [server, '--stdio']);
  try {
    const started = performance.now();
    const type = await session(child);
    const ready = performance.now() - started;
    const figures: Figure[] = [{ name: 'server start to first answer', value: ready, unit: 'ms', budget: 150 }];
    for (const [lines, budget] of [
      [200, 10],
      [1000, 50],
    ] as const) {
      const samples = await type(lines, 80);
      figures.push({ name: `keystroke to diagnostics, ${lines} lines`, value: median(samples), unit: 'ms', budget });
      figures.push({ name: `keystroke to diagnostics, ${lines} lines, p95`, value: quantile(samples, 0.95), unit: 'ms' });
    }
    return figures;
  } finally {
    child.kill();
  }
}

async function session(child: ChildProcessWithoutNullStreams): Promise<(lines: number, edits: number) => Promise<number[]>> {
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: sample, name: 'sample' }],
    capabilities: { workspace: { diagnostics: { refreshSupport: true } }, textDocument: { diagnostic: {} } },
  });
  await connection.sendNotification('initialized', {});
  return async (lines, edits) => {
    const { uri, text } = generated(lines);
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'dockerfile', version: 1, text } });
    const samples: number[] = [];
    for (let edit = 0; edit < edits; edit++) {
      const line = Math.floor(lines / 2);
      const change = { range: { start: { line, character: 0 }, end: { line, character: 0 } }, text: '#' };
      const started = performance.now();
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: edit + 2 },
        contentChanges: [edit % 2 ? { ...change, range: { ...change.range, end: { line, character: 1 } }, text: '' } : change],
      });
      await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
      samples.push(performance.now() - started);
    }
    // The first ones warm the engine up.
    return samples.slice(20);
  };
}
