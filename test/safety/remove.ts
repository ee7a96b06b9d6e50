/**
 * `npm run safety [-- S2 …]`: takes each guard away in a copy of the code and runs the test that is said to notice; only those of a number, of a
 * test file or with these words, if there are any. Prints one line a guard;
 * ends with 1 when some test still passes. Uses the bench that runs (`npm run bench:up -- --kubernetes`), or lets the tests start their own.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readState, stateFile } from '../bench/shared.ts';
import { type Guard, guards } from './guards.ts';

const root = resolve(import.meta.dirname, '../..');
const wanted = process.argv.slice(2);
const copy = mkdtempSync(join(tmpdir(), 'waybill-safety-'));
const bench = process.env.WAYBILL_BENCH ?? (readState(stateFile()) ? stateFile() : undefined);

let unnoticed = 0;
try {
  for (const folder of ['client', 'server', 'test', 'schemas', 'snippets', 'package.json']) {
    cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: (path) => !/\/(out|dist)$/.test(path) });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const isWanted = ({ never, test, what }: Guard) => wanted.length === 0 || wanted.some((word) => [never, test, what].includes(word));
  for (const guard of guards.filter(isWanted)) unnoticed += remove(guard) ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(unnoticed === 0 ? 'Every test notices.' : `${unnoticed} guards can be removed unnoticed.`);
process.exit(unnoticed === 0 ? 0 : 1);

/** True when the test passes with the guard and fails without it. */
function remove(guard: Guard): boolean {
  const path = join(copy, guard.file);
  const source = readFileSync(path, 'utf8');
  if (!source.includes(guard.text)) {
    console.log(`NOT THERE ${guard.never.padEnd(3)} ${guard.what}: ${guard.file} has changed, so must test/safety/guards.ts`);
    return false;
  }
  const began = performance.now();
  const before = run(guard);
  writeFileSync(
    path,
    source.replace(guard.text, () => guard.without),
  );
  const after = run(guard);
  writeFileSync(path, source);
  const fine = before === 'passed' && after === 'failed';
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${fine ? 'noticed  ' : 'UNNOTICED'} ${guard.never.padEnd(3)} ${guard.what} (with it ${before}, without it ${after}, ${seconds} s)`,
  );
  return fine;
}

function run({ test, name }: Guard): 'passed' | 'failed' | 'not run' {
  if (!existsSync(join(copy, test))) return 'not run';
  const pattern = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const args = ['--test', '--test-reporter=tap', `--test-name-pattern=${pattern}`, test];
  const env = { ...process.env, CI: '', ...(bench ? { WAYBILL_BENCH: bench } : {}) };
  const { stdout, signal } = spawnSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8', timeout: 600_000 });
  // What never ends has noticed too.
  if (signal !== null) return 'failed';
  const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(stdout)?.[1] ?? 0);
  if (count('fail') + count('cancelled') > 0) return 'failed';
  return count('pass') > 0 ? 'passed' : 'not run';
}
