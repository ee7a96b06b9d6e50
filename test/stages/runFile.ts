// Running test files in processes of their own, with what they say as text.
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import type { Counts, Outcome } from './outcome.ts';

interface Options {
  /** Tests that take longer fail; in ms. */
  readonly timeout: number;
  /** Files at the same time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** The runner's own sums, which are of no use for one file of many. */
const sums = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/** Runs files and hands over what is to be printed as it comes. */
export async function runFiles(files: readonly string[], options: Options, print: (text: string) => void): Promise<Counts> {
  const stream = run({ files: [...files], ...options });
  let counts: Counts = { passed: 0, failed: 1, skipped: 0 }; // Until the runner has said otherwise.
  stream.on('test:summary', (summary) => {
    if (summary.file !== undefined) return;
    const { tests: all, passed, skipped, todo } = summary.counts;
    counts = { passed, failed: all - passed - skipped - todo, skipped: skipped + todo };
  });
  for await (const text of stream.compose(spec())) print(text);
  return counts;
}

/** Runs one file; its text comes when it is over, so that files beside each other do not mix theirs. */
export async function runFile(file: string, options: Omit<Options, 'concurrency'>): Promise<Outcome> {
  const begin = Date.now();
  const texts: string[] = [];
  const counts = await runFiles([file], { ...options, concurrency: 1 }, (text) => texts.push(text));
  const lines = texts.join('').split('\n');
  const text = lines.filter((line) => !(line.startsWith('ℹ ') && sums.test(line.slice(2)))).join('\n');
  return { file, counts, text: `${text.trim()}\n`, seconds: (Date.now() - begin) / 1000 };
}
