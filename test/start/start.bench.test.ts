/** `npm start` without a person: the main job on the sample, and nothing left behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { unavailable } from '../bench/shared.ts';

const root = resolve(import.meta.dirname, '../..');
const scratchFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('waybill-sample-'));

function start(parameters: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['test/start/start.ts', ...parameters], {
      cwd: root,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, PATH: `${resolve(root, 'node_modules/.bin')}:${process.env.PATH}` },
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.on('close', (code) => done({ code, output: output.join('') }));
  });
}

describe('npm start -- --check', { skip: unavailable('engine', 'registry') }, () => {
  it('lints, builds, pushes, deploys, waits for health and reads a log line', async () => {
    const before = scratchFolders();
    const { code, output } = await start(['--check']);
    assert.equal(code, 0, output);
    const steps = [...output.matchAll(/^✓ (\w+(?: \w+)?)\s+[\d.]+ s/gm)].map(([, name]) => name);
    assert.deepEqual(steps, ['lint', 'build', 'push', 'deploy', 'healthy', 'log line']);
    assert.deepEqual(
      scratchFolders().filter((name) => !before.includes(name)),
      [],
    );
  });

  it('an unknown option is told', async () => {
    const { code, output } = await start(['--chek']);
    assert.equal(code, 1);
    assert.match(output, /--chek/);
  });
});
