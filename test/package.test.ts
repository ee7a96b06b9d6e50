// What the extension's package holds: every half that the extension or the server may load, and nothing of the command line.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');

describe('the package', () => {
  const bundles = [...read('esbuild.mjs').matchAll(/^ {2}(\w+): '((?:client|server)\/src\/[\w/]+\.ts)',$/gm)].map(
    ([, name = '', source = '']) => ({ name, source }),
  );
  const packed = [...read('.vscodeignore').matchAll(/^!dist\/(\w+)\.js$/gm)].map(([, name]) => name);

  it('holds what the extension loads', () => {
    assert.ok(bundles.length >= 10);
    const own = bundles.filter(({ source }) => !source.startsWith('client/src/cli/')).map(({ name }) => name);
    assert.deepEqual([...packed].sort(), own.sort());
  });

  it('holds the pages that findings, hover and completion lead to', () => {
    const kept = read('.vscodeignore').split('\n');
    for (const pages of ['!docs/rules/**', '!docs/files/**']) assert.ok(kept.includes(pages), pages);
  });
});
