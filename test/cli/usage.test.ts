import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { readArguments } from '../../client/src/cli/arguments.ts';
import { exitCode } from '../../client/src/cli/failure.ts';
import { isIgnored, readIgnoreFile } from '../../client/src/cli/gitIgnore.ts';
import { commandHelp } from '../../client/src/cli/help.ts';
import { loadCommands } from '../../client/src/cli/run.ts';
import { lineCount, sinceTime } from '../../client/src/cli/since.ts';
import { objects, waybill } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-usage-'));
after(() => rmSync(folder, { recursive: true, force: true }));
cpSync(resolve(import.meta.dirname, '../sample'), folder, { recursive: true });
const commands = await loadCommands();
const call = (...args: string[]) => waybill(args, { cwd: folder });

describe('the help', () => {
  for (const command of commands) {
    it(`of ${command.name} shows usage, every option and examples that can be read`, () => {
      const help = commandHelp(command);
      assert.match(help, new RegExp(`Usage: waybill ${command.name}`));
      for (const option of Object.keys(command.options)) assert.ok(help.includes(`--${option}`));
      for (const { command: example } of command.examples) {
        const [program, name, ...rest] = example.replace(/ \|.*/, '').match(/"[^"]*"|\S+/g) ?? [];
        assert.deepEqual([program, name], ['waybill', command.name]);
        assert.ok(readArguments(command, rest).operands.length >= command.count.least);
      }
    });
  }
  it('lists the commands, and names the version', async () => {
    const { code, stdout } = await call('--help');
    assert.equal(code, 0);
    for (const { name } of commands) assert.match(stdout, new RegExp(`^ {2}${name} `, 'm'));
    assert.match((await call('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.equal((await call('help', 'logs')).stdout, (await call('logs', '--help')).stdout);
  });
});

describe('usage', { concurrency: 4 }, () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['lnit', /no command `lnit`.*Did you mean `waybill lint`\?/s],
    ['lint --fromat json', /no option `--fromat`.*Did you mean `--format`\?/s],
    ['lint --format xml', /`xml` is not a value.*`text`, `json`/s],
    ['lint --fail-on eror', /Did you mean `error`\?/],
    ['lint --fail-on', /needs a value/],
    ['deploy order-api dev --yes=no', /takes no value/],
    ['deploy order-api', /needs <service> <environment>/],
    ['logs order-api dev extra', /does not know what to do with `extra`/],
    ['lint not/there', /no file or folder/],
    ['status -C not/there', /no folder `not\/there`/],
    ['build order-apl', /no service `order-apl`.*Did you mean/s],
    ['status stagging', /no environment `stagging`.*Did you mean `staging`\?/s],
    ['logs order-api dev --since yesterday', /neither a duration nor a time/],
    ['logs order-api dev --tail many', /not a number of lines/],
  ];
  for (const [line, message] of wrong) {
    it(`answers 2 and teaches: waybill ${line}`, async () => {
      const { code, stdout, stderr } = await call(...line.split(' '));
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [2, '']);
    });
  }
  it('tells errors as JSON when that was asked for', async () => {
    const { code, stdout, stderr } = await call('build', 'order-apl', '--format', 'json');
    assert.deepEqual([code, stderr], [2, '']);
    const [error] = objects(stdout).slice(-1);
    assert.deepEqual([error?.type, error?.kind], ['error', 'configuration']);
    assert.match(String(error?.advice), /Did you mean/);
  });
  it('takes common options before the command', async () => {
    const { code } = await waybill(['-C', folder, 'lint', '--fail-on', 'never'], { cwd: tmpdir() });
    assert.equal(code, 0);
  });
  it('refuses a release where no builds are taken, before it connects to anything', async () => {
    const { code, stderr } = await call('release', 'order-api', 'staging', '--yes');
    assert.equal(code, 1);
    assert.match(stderr, /takes no builds.*integration/s);
  });
});

describe('exit codes', () => {
  it('tell bad input, a bad release and what could not be done apart', () =>
    assert.deepEqual(
      (
        ['usage', 'configuration', 'refused', 'build-failed', 'unreachable', 'conflict', 'wrong-target', 'cancelled', 'internal'] as const
      ).map(exitCode),
      [2, 2, 1, 1, 3, 3, 3, 3, 3],
    ));
});

describe('small words', () => {
  it('reads durations and times', () => {
    const now = new Date('2026-11-23T12:00:00Z');
    assert.equal(sinceTime('1h30m', now), '2026-11-23T10:30:00.000Z');
    assert.equal(sinceTime('2026-11-23T08:00:00+02:00', now), '2026-11-23T06:00:00.000Z');
    assert.equal(lineCount('20'), 20);
  });
  it('reads .gitignore as git does', () => {
    const files = [readIgnoreFile('', '*.log\n!keep.log\n/top\ndir/\na/**/z\nx[0-9]?.txt\n'), readIgnoreFile('sub/', '!b.log\n/only\n')];
    const ignored = (path: string, isFolder = false) => isIgnored(files, path, isFolder);
    assert.deepEqual(
      ['a.log', 'q/a.log', 'keep.log', 'top', 'q/top', 'a/z', 'a/b/c/z', 'x1y.txt', 'xay.txt', 'sub/b.log', 'sub/only', 'only'].map(
        (path) => ignored(path),
      ),
      [true, true, false, true, false, true, true, true, false, false, true, false],
    );
    assert.deepEqual([ignored('dir', true), ignored('dir', false), ignored('q/dir', true)], [true, false, true]);
  });
});
