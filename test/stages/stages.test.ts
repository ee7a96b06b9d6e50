/** A stage of `npm test` on toy test files: what fails once and then passes is told, what fails twice has failed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { closing, type Outcome, runLanes } from './outcome.ts';

const sum = (passed: number, failed: number, skipped = 0) => ({ passed, failed, skipped });

/** Runs each file as its list says, one entry for each time; notes what began and ended. */
function toys(plan: Readonly<Record<string, readonly boolean[]>>) {
  const times = new Map<string, number>();
  const events: string[] = [];
  const printed: string[] = [];
  const runFile = async (file: string): Promise<Outcome> => {
    const time = times.get(file) ?? 0;
    times.set(file, time + 1);
    events.push(`+${file}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    events.push(`-${file}`);
    const fine = plan[file]?.[time] ?? assert.fail(`${file} ran too often`);
    return { file, counts: fine ? sum(3, 0) : sum(2, 1), text: `${file} ${fine ? 'passed' : 'failed'}\n`, seconds: 1 };
  };
  return { runFile, events, printed, print: (text: string) => void printed.push(text) };
}

describe('a stage of tests on real components', () => {
  it('runs the files of a lane one after the other, and lanes beside each other', async () => {
    const { runFile, events, print } = toys({ a: [true], b: [true], c: [true] });
    const result = await runLanes([['a', 'b'], ['c']], runFile, print);
    assert.deepEqual(result, { counts: sum(9, 0), unstable: [] });
    assert.deepEqual(events.slice(0, 2), ['+a', '+c']);
    assert.ok(events.indexOf('-a') < events.indexOf('+b'));
  });

  it('runs what failed once more, alone, when all else is through; the first failure stays in print', async () => {
    const { runFile, events, printed, print } = toys({ a: [false, true], b: [true], c: [false, false] });
    const result = await runLanes([['a', 'b'], ['c']], runFile, print);
    assert.deepEqual(result, { counts: sum(3 + 3 + 2, 1), unstable: ['a'] });
    assert.deepEqual(events.slice(-4), ['+a', '-a', '+c', '-c']);
    assert.equal(printed.filter((text) => text.includes('a failed')).length, 1);
    assert.equal(printed.filter((text) => text.includes('once more, alone: ')).length, 2);
    assert.equal(
      closing([result, { counts: sum(1, 0, 2), unstable: [] }]),
      '\nUNSTABLE: a (failed once, then passed)\n9 passed, 1 failed, 2 skipped\n',
    );
  });

  it('runs nothing again when many files failed, nor after it was interrupted', async () => {
    const files = ['a', 'b', 'c', 'd', 'e'];
    const many = toys(Object.fromEntries(files.map((file) => [file, [false]])));
    assert.deepEqual(await runLanes([files], many.runFile, many.print), { counts: sum(10, 5), unstable: [] });
    const { runFile, events, print } = toys({ a: [false], b: [] });
    const stop = new AbortController();
    const running = runLanes([['a', 'b']], runFile, print, stop.signal);
    stop.abort();
    assert.deepEqual(await running, { counts: sum(2, 1), unstable: [] });
    assert.deepEqual(events, ['+a', '-a']);
  });

  it('does so with test files in processes of their own', () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-stages-'));
    try {
      const write = (name: string, text: string) => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const file = (name: string, body: string) =>
        write(name, `import { it } from 'node:test';\nimport { existsSync, writeFileSync } from 'node:fs';\n${body}\n`);
      const marker = JSON.stringify(join(folder, 'marker'));
      const files = [
        file('fine.mjs', "it('is fine', () => {});"),
        file(
          'once.mjs',
          `it('works', () => { if (existsSync(${marker})) return; writeFileSync(${marker}, ''); throw new Error('a bad moment'); });`,
        ),
        file('twice.mjs', "it('never works', () => { throw new Error('broken'); });"),
      ];
      const script = `
        import { runLanes } from ${JSON.stringify(import.meta.resolve('./outcome.ts'))};
        import { runFile } from ${JSON.stringify(import.meta.resolve('./runFile.ts'))};
        const options = { timeout: 60000, signal: new AbortController().signal };
        const result = await runLanes([${JSON.stringify(files)}], (file) => runFile(file, options), (text) => process.stderr.write(text));
        process.stdout.write(JSON.stringify(result));`;
      const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
      const { stdout, stderr } = spawnSync(process.execPath, [write('stage.mjs', script)], { encoding: 'utf8', env });
      assert.deepEqual(JSON.parse(stdout), { counts: sum(2, 1), unstable: [files[1]] }, stderr);
      assert.match(stderr, /✔ is fine/);
      assert.match(stderr, /Error: a bad moment/);
      assert.doesNotMatch(stderr, /ℹ tests/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
