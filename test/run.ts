// npm test: every check and every test, in stages.
//   node test/run.ts [--fast] [--only TEXT]
// --fast leaves out what needs the bench; --only runs the test files whose path contains TEXT and no other check.
// A file on real components that fails runs once more; `UNSTABLE: …` names it before the last line when it passes then.
// The last line is `N passed, N failed[, N skipped]`. With CI=true a skipped test is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCodeServer, buildEngine, buildKubernetes, buildOracle } from './bench/build.ts';
import { cacheFolder } from './bench/cache.ts';
import { allParts, installPackages } from './bench/install.ts';
import { readState, startShared, stateFile } from './bench/shared.ts';
import { type Counts, closing, none, runLanes, type StageResult, sumOf } from './stages/outcome.ts';
import { runFile, runFiles } from './stages/runFile.ts';

type Kind = 'fast' | 'bench' | 'e2e';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const print = (text: string): void => void process.stdout.write(text);
const say = (line: string): void => print(`${line}\n`);
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
  const results: StageResult[] = [];
  if (only === undefined) {
    results.push(check('Format and lint', ['biome', 'check', '.']), check('Types', ['tsc', '-b']));
    const built = check('Build', [process.execPath, 'esbuild.mjs']);
    results.push(built);
    // What people get is tested, and it starts in a tenth of the time that its source takes.
    if (built.counts.failed === 0) process.env.WAYBILL_CLI = join(root, 'dist/waybill.js');
  }
  results.push(await fastTests(ofKind('fast')));
  if (!fast && ofKind('bench').length + ofKind('e2e').length > 0) await onBench(results, ofKind('bench'), ofKind('e2e'));
  finish(results);
}

async function onBench(results: StageResult[], bench: readonly string[], endToEnd: readonly string[]): Promise<void> {
  // A machine has room for one node: files that break their cluster come when the shared one has gone.
  const says = (words: RegExp) => (file: string) => words.test(readFileSync(file, 'utf8'));
  const alone = bench.filter(says(/\bstartBench\(/));
  // Clusters mostly keep their tests waiting, engines mostly compute: one file of each runs at a time.
  const together = bench.filter((file) => !alone.includes(file));
  const onClusters = together.filter(says(/kubernetes/i));
  const onEngines = together.filter((file) => !onClusters.includes(file));
  try {
    refuseHeldNode();
    await stage('Preparing', () => prepare(results));
    await withBench({ kubernetes: true }, async () => {
      results.push(await benchTests('Tests on the bench', [onClusters, onEngines]));
      if (endToEnd.length > 0) results.push(check('Package', ['npm', 'run', '--silent', 'package']));
      results.push(await benchTests('Tests in VS Code', [endToEnd]));
    });
    if (alone.length > 0) {
      await withBench({ kubernetes: false }, async () => void results.push(await benchTests('Tests on clusters of their own', [alone])));
    }
  } catch (error) {
    say(`\nThe bench failed: ${error instanceof Error ? error.message : String(error)}`);
    results.push(resultOf({ ...none, failed: 1 }));
  }
}

function resultOf(counts: Counts): StageResult {
  return { counts, unstable: [] };
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
async function prepare(results: StageResult[]): Promise<void> {
  const missing = installPackages(allParts, say);
  const builds = missing === undefined ? [buildOracle, buildEngine, buildKubernetes, buildCodeServer] : [];
  const reasons = missing === undefined ? [] : [missing];
  for (const build of builds) await build(say).catch((error: Error) => reasons.push(error.message));
  for (const reason of reasons) say(`\nNOT ON THIS MACHINE, tests that need it fail or are skipped: ${reason}\n`);
  if (process.env.CI && reasons.length > 0) results.push(resultOf({ ...none, failed: reasons.length }));
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
function check(name: string, [program = '', ...args]: readonly string[]): StageResult {
  const begin = Date.now();
  process.stdout.write(`\n== ${name}\n`);
  const { status, error } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: `node_modules/.bin:${process.env.PATH ?? ''}` },
  });
  if (error) process.stdout.write(`${error.message}\n`);
  process.stdout.write(`== ${name}: ${status === 0 ? 'fine' : 'FAILED'}, ${((Date.now() - begin) / 1000).toFixed(1)} s\n`);
  return resultOf(status === 0 ? none : { ...none, failed: 1 });
}

/** Tests without a bench, as many files at a time as there are processors. */
async function fastTests(files: readonly string[]): Promise<StageResult> {
  if (files.length === 0) return resultOf(none);
  const options = { concurrency: availableParallelism(), timeout: 60_000, signal: interrupted.signal };
  return await stage('Tests', async () => resultOf(await runFiles(files, options, print)));
}

/** Tests on real components: the files of a lane one after the other, and what failed once more at the end. */
async function benchTests(name: string, lanes: readonly (readonly string[])[]): Promise<StageResult> {
  if (lanes.flat().length === 0) return resultOf(none);
  const options = { timeout: 900_000, signal: interrupted.signal };
  return await stage(name, () => runLanes(lanes, (file) => runFile(file, options), print, interrupted.signal));
}

function finish(results: readonly StageResult[]): void {
  const { passed, failed, skipped } = sumOf(results.map(({ counts }) => counts));
  if (interrupted.signal.aborted) {
    process.exitCode = 130;
    return;
  }
  const strict = Boolean(process.env.CI) && skipped > 0;
  if (strict) process.stdout.write('\nWith CI set nothing may be skipped.\n');
  if (failed > 0 || strict || passed === 0) process.exitCode = 1;
  process.stdout.write(closing(results));
}
