// npm test: every check and every test, in stages.
//   node test/run.ts [--fast] [--only TEXT]
// --fast leaves out what needs the bench; --only runs the test files whose path contains TEXT and no other check.
// The last line is `N passed, N failed[, N skipped]`. With CI=true a skipped test is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { buildCodeServer, buildEngine, buildKubernetes, buildOracle } from './bench/build.ts';
import { cacheFolder } from './bench/cache.ts';
import { allParts, installPackages } from './bench/install.ts';
import { readState, startShared, stateFile } from './bench/shared.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

type Kind = 'fast' | 'bench' | 'e2e';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const none: Counts = { passed: 0, failed: 0, skipped: 0 };
/** Ctrl-C and its like end the test processes as well; each then gives back what it started. */
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort());

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  process.chdir(root);
  // Hundreds of processes read the same sources: what one has compiled, the next one takes.
  process.env.NODE_COMPILE_CACHE ??= join(cacheFolder(), 'compiled');
  const fast = args.includes('--fast');
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
  const files = testFiles(join(root, 'test')).filter((file) => only === undefined || file.includes(only));
  const ofKind = (kind: Kind) => files.filter((file) => kindOf(file) === kind);
  const counts: Counts[] = [];
  if (only === undefined) {
    counts.push(check('Format and lint', ['biome', 'check', '.']), check('Types', ['tsc', '-b']));
    const built = check('Build', [process.execPath, 'esbuild.mjs']);
    counts.push(built);
    // What people get is tested, and it starts in a tenth of the time that its source takes.
    if (built.failed === 0) process.env.WAYBILL_CLI = join(root, 'dist/waybill.js');
  }
  counts.push(await tests('Tests', ofKind('fast'), true));
  if (!fast && ofKind('bench').length + ofKind('e2e').length > 0) await onBench(counts, ofKind('bench'), ofKind('e2e'));
  finish(counts);
}

async function onBench(counts: Counts[], bench: readonly string[], endToEnd: readonly string[]): Promise<void> {
  // A machine has room for one node: files that break their cluster come when the shared one has gone.
  const alone = bench.filter((file) => /\bstartBench\(/.test(readFileSync(file, 'utf8')));
  const together = bench.filter((file) => !alone.includes(file));
  try {
    refuseHeldNode();
    await stage('Preparing', () => prepare(counts));
    await withBench({ kubernetes: true }, async () => {
      counts.push(await tests('Tests on the bench', together, false));
      if (endToEnd.length > 0) counts.push(check('Package', ['npm', 'run', '--silent', 'package']));
      counts.push(await tests('Tests in VS Code', endToEnd, false));
    });
    if (alone.length > 0) {
      await withBench({ kubernetes: false }, async () => void counts.push(await tests('Tests on clusters of their own', alone, false)));
    }
  } catch (error) {
    say(`\nThe bench failed: ${error instanceof Error ? error.message : String(error)}`);
    counts.push({ ...none, failed: 1 });
  }
}

function refuseHeldNode(): void {
  if (!readState(stateFile())?.kubernetes) return;
  throw new Error(
    'The bench of `npm run bench:up` holds the one Kubernetes node that fits on a machine. Stop it first: npm run bench:down',
  );
}

/** Starts the shared bench, names it in the environment of the tests, and stops it again. */
async function withBench(parts: { readonly kubernetes: boolean }, work: () => Promise<void>): Promise<void> {
  const { state, stop } = await stage('Bench', () => startShared(parts));
  const folder = mkdtempSync(join(tmpdir(), 'waybill-test-'));
  const file = join(folder, 'bench.json');
  writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
  process.env.WAYBILL_BENCH = file;
  for (const [part, reason] of Object.entries(state.failures)) process.stdout.write(`NOT STARTED: ${part}: ${reason}\n`);
  try {
    await work();
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Installs and builds what the bench needs, with progress and not within a test's time. What cannot be had fails here under CI. */
async function prepare(counts: Counts[]): Promise<void> {
  const missing = installPackages(allParts, say);
  const builds = missing === undefined ? [buildOracle, buildEngine, buildKubernetes, buildCodeServer] : [];
  const reasons = missing === undefined ? [] : [missing];
  for (const build of builds) await build(say).catch((error: Error) => reasons.push(error.message));
  for (const reason of reasons) say(`\nNOT ON THIS MACHINE, tests that need it fail or are skipped: ${reason}\n`);
  if (process.env.CI && reasons.length > 0) counts.push({ ...none, failed: reasons.length });
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function kindOf(file: string): Kind {
  return file.endsWith('.bench.test.ts') ? 'bench' : file.endsWith('.e2e.test.ts') ? 'e2e' : 'fast';
}

async function stage<T>(name: string, work: () => Promise<T>): Promise<T> {
  const begin = Date.now();
  process.stdout.write(`\n== ${name}\n`);
  try {
    return await work();
  } finally {
    process.stdout.write(`== ${name}: ${((Date.now() - begin) / 1000).toFixed(1)} s\n`);
  }
}

/** A check that is one command: counts only when it fails, because it is not a test. */
function check(name: string, [program = '', ...args]: readonly string[]): Counts {
  const begin = Date.now();
  process.stdout.write(`\n== ${name}\n`);
  const { status, error } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: `node_modules/.bin:${process.env.PATH ?? ''}` },
  });
  if (error) process.stdout.write(`${error.message}\n`);
  process.stdout.write(`== ${name}: ${status === 0 ? 'fine' : 'FAILED'}, ${((Date.now() - begin) / 1000).toFixed(1)} s\n`);
  return status === 0 ? none : { ...none, failed: 1 };
}

/** Runs test files, each in its own process; files on the bench one after the other. */
function tests(name: string, files: readonly string[], concurrency: boolean): Promise<Counts> {
  if (files.length === 0) return Promise.resolve(none);
  return stage(name, async () => {
    const stream = run({
      files: [...files],
      concurrency: concurrency && availableParallelism(),
      timeout: concurrency ? 60_000 : 900_000,
      signal: interrupted.signal,
    });
    let counts: Counts = { ...none, failed: 1 }; // Until the runner has said otherwise.
    stream.on('test:summary', (summary) => {
      if (summary.file !== undefined) return;
      const { tests: all, passed, skipped, todo } = summary.counts;
      counts = { passed, failed: all - passed - skipped - todo, skipped: skipped + todo };
    });
    for await (const text of stream.compose(spec())) process.stdout.write(text);
    return counts;
  });
}

function finish(counts: readonly Counts[]): void {
  const sum = (pick: (part: Counts) => number) => counts.reduce((total, part) => total + pick(part), 0);
  const [passed, failed, skipped] = [sum((part) => part.passed), sum((part) => part.failed), sum((part) => part.skipped)];
  if (interrupted.signal.aborted) {
    process.exitCode = 130;
    return;
  }
  const strict = Boolean(process.env.CI) && skipped > 0;
  if (strict) process.stdout.write('\nWith CI set nothing may be skipped.\n');
  if (failed > 0 || strict || passed === 0) process.exitCode = 1;
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
}
