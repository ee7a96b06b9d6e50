/**
 * The generator is itself a test: it computes every derived file and compares. `npm run generate` (UPDATE=1) writes instead.
 * A generator is a module in this folder whose default export answers repository path → whole content.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describe, it } from 'node:test';

const root = resolve(import.meta.dirname, '../..');
const update = process.env.UPDATE === '1';

type Generate = () => Promise<Record<string, string>>;

const generators = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).sort();

describe('derived files', () => {
  for (const name of generators) {
    it(`${name} has nothing stale`, async () => {
      const module = (await import(`./${name}`)) as { default: Generate };
      for (const [path, content] of Object.entries(await module.default())) {
        const file = resolve(root, path);
        if (update) {
          await mkdir(dirname(file), { recursive: true });
          await writeFile(file, content);
          continue;
        }
        const present = await readFile(file, 'utf8').catch(() => '');
        assert.equal(present, content, `${path} is derived and stale: run \`npm run generate\``);
      }
    });
  }
});
