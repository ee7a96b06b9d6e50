/** The YAML files through our bundled server: as they are in the sample, and in a workspace of 200 services. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProtocolConnection } from 'vscode-languageserver-protocol/node';
import { against, type Figure, quantile } from './figures.ts';
import { openServer, ours } from './keystroke.ts';
import { measureRedHat } from './manifestsPeer.ts';
import { type ProductLine, productLineFiles, writeProductLine } from './productLine.ts';

const tests = resolve(import.meta.dirname, '../..');
const examples = resolve(tests, 'features/complete');
const program = process.env.WAYBILL_SERVER ?? ours;
/** Edits of each measurement; the first quarter warms the engine up. */
const edits = Number(process.env.WAYBILL_EDITS ?? 80);

/**
 * Milliseconds. With WAYBILL_CLOCK=processor the server's own processor time (Linux), which a busy machine does not lengthen;
 * what the editor's side does is not in it.
 */
function clockOf(pid: number): () => number {
  if (process.env.WAYBILL_CLOCK !== 'processor') return () => performance.now();
  return () => Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

/** A server that is measured. */
interface Measured {
  readonly connection: ProtocolConnection;
  readonly clock: () => number;
}

/** A file that is typed in. `line` and `character` are where a letter comes and goes: at the end of a word. */
export interface Typed {
  readonly uri: string;
  readonly languageId: string;
  readonly text: string;
  readonly line: number;
  readonly character: number;
}

/** The place behind the first `word` of a text. */
export function typedAt(uri: string, languageId: string, text: string, word: string): Typed {
  const before = text.slice(0, text.indexOf(word) + word.length).split('\n');
  return { uri, languageId, text, line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

export async function measureManifests(): Promise<readonly Figure[]> {
  return [...(await measureLine()), ...(await measureExamples())];
}

async function measureExamples(): Promise<readonly Figure[]> {
  const folder = pathToFileURL(examples).href;
  const { connection, pid, stop } = await openServer({ program, pulls: true, folder });
  try {
    const text = (name: string) => readFileSync(resolve(examples, name), 'utf8');
    const typed = [
      typedAt(`${folder}/waybill.yaml`, 'waybill-service', text('waybill.yaml'), 'title: Order API'),
      typedAt(`${folder}/waybill.standards.yaml`, 'waybill-standards', text('waybill.standards.yaml'), 'title: In-house APM agent'),
      typedAt(`${folder}/waybill.environments.yaml`, 'waybill-environments', text('waybill.environments.yaml'), 'purpose: development'),
    ];
    const figures: Figure[] = [];
    for (const file of typed) {
      const samples = await type({ connection, clock: clockOf(pid) }, file);
      const name = `keystroke, ${file.uri.slice(folder.length + 1)} (${file.text.split('\n').length} lines), p95`;
      const value = quantile(samples, 0.95);
      const red = file.languageId === 'waybill-service' ? await measureRedHat(file) : undefined;
      figures.push({ name, value, unit: 'ms', budget: 10, ...(red ? { against: against('yaml-language-server', red, value) } : {}) });
    }
    return figures;
  } finally {
    stop();
  }
}

async function measureLine(): Promise<readonly Figure[]> {
  const files = productLineFiles(200);
  const line = writeProductLine(files);
  try {
    const started = performance.now();
    const { connection, pid, stop } = await openServer({ program, pulls: true, folder: line.uri('').replace(/\/$/, '') });
    try {
      const standards = typedAt(
        line.uri('waybill.standards.yaml'),
        'waybill-standards',
        files['waybill.standards.yaml'] ?? '',
        'title: Part 150 of the company',
      );
      const path = line.services[100] ?? '';
      const service = typedAt(line.uri(path), 'waybill-service', files[path] ?? '', 'title: Service 100');
      await open(connection, service);
      await pull(connection, service.uri);
      const measured = { connection, clock: clockOf(pid) };
      const start = process.env.WAYBILL_CLOCK === 'processor' ? measured.clock() : performance.now() - started;
      return [
        { name: '200 services, start to first diagnostics', value: start, unit: 'ms', budget: 1000 },
        ...(await keystrokes(measured, standards, service)),
        ...(await rejudgements(measured, standards, line)),
      ];
    } finally {
      stop();
    }
  } finally {
    line.remove();
  }
}

/** As in VS Code: at each change of the model the extension asks for it, and the keystroke's diagnostics come in between. */
async function keystrokes(measured: Measured, standards: Typed, service: Typed): Promise<readonly Figure[]> {
  const { connection } = measured;
  const listening = { on: true, busy: false };
  connection.onNotification('waybill/modelChanged', async () => {
    if (!listening.on || listening.busy) return;
    listening.busy = true;
    await connection.sendRequest('waybill/model', {});
    listening.busy = false;
  });
  await connection.sendRequest('waybill/model', {});
  const typedService = await type(measured, service);
  await open(connection, standards);
  const typedStandards = await type(measured, standards);
  const completedService = await complete(measured, service);
  const completedStandards = await complete(measured, standards);
  listening.on = false;
  const figure = (name: string, samples: readonly number[], budget: number): Figure => ({
    name: `200 services, ${name}, p95`,
    value: quantile(samples, 0.95),
    unit: 'ms',
    budget,
  });
  return [
    figure('keystroke in a manifest', typedService, 50),
    figure('keystroke in standards of 3,000 lines', typedStandards, 50),
    figure('completion in a manifest', completedService, 20),
    figure('completion in standards of 3,000 lines', completedStandards, 20),
  ];
}

/** One line of the standards changes; then every manifest is judged again: through the model, and file by file. */
async function rejudgements({ connection, clock }: Measured, standards: Typed, line: ProductLine): Promise<readonly Figure[]> {
  const samples: { readonly model: number[]; readonly pulls: number[] } = { model: [], pulls: [] };
  for (let round = 0; round < 12; round++) {
    await edit(connection, standards, 1000 + round);
    const started = clock();
    if (round % 2) await connection.sendRequest('waybill/model', {});
    else await Promise.all(line.services.map((path) => pull(connection, line.uri(path))));
    samples[round % 2 ? 'model' : 'pulls'].push(clock() - started);
  }
  return [
    { name: '200 services judged again through the model', value: quantile(samples.model.slice(1), 0.5), unit: 'ms', budget: 200 },
    { name: '200 services judged again, a pull each', value: quantile(samples.pulls.slice(1), 0.5), unit: 'ms', budget: 200 },
  ];
}

export function open(connection: ProtocolConnection, { uri, languageId, text }: Typed): Promise<void> {
  return connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
}

async function pull(connection: ProtocolConnection, uri: string): Promise<void> {
  await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
}

/** A letter comes (even) or goes (odd). */
export function edit(connection: ProtocolConnection, { uri, line, character }: Typed, count: number): Promise<void> {
  const range = { start: { line, character }, end: { line, character: character + (count % 2) } };
  return connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: count + 2 },
    contentChanges: [{ range, text: count % 2 ? '' : 'X' }],
  });
}

async function type({ connection, clock }: Measured, file: Typed): Promise<readonly number[]> {
  await open(connection, file);
  const samples: number[] = [];
  for (let count = 0; count < edits; count++) {
    const started = clock();
    const sent = edit(connection, file, count);
    const answer = pull(connection, file.uri);
    await sent;
    await answer;
    samples.push(clock() - started);
    // Fast typing with small pauses, in which the model is asked for.
    await new Promise((done) => setTimeout(done, 60 + 60 * (count % 3)));
  }
  return samples.slice(edits / 4);
}

/** Asks at the place of the edits, on a line that has just changed. */
async function complete({ connection, clock }: Measured, file: Typed): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let count = 0; count < edits; count++) {
    const sent = edit(connection, file, count);
    const started = clock();
    const position = { line: file.line, character: 4 };
    const answer = connection.sendRequest('textDocument/completion', { textDocument: { uri: file.uri }, position });
    await sent;
    await answer;
    samples.push(clock() - started);
  }
  return samples.slice(edits / 4);
}
