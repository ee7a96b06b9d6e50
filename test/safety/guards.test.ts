// SAFETY.md says which test notices when a guard is gone. That guard and that test must be there; `npm run safety` shows that it is true.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { guards, nevers } from './guards.ts';

const root = resolve(import.meta.dirname, '../..');

describe('the guards of SAFETY.md', () => {
  for (const { never, what, file, text, without, test, name } of guards) {
    it(`${never}: ${what}`, () => {
      assert.ok(never in nevers);
      assert.equal(readFileSync(resolve(root, file), 'utf8').split(text).length, 2, `the guard stands once in ${file}`);
      assert.notEqual(text, without);
      const source = readFileSync(resolve(root, test), 'utf8');
      const plain = name.replace(/^says what is wrong: /, '').replace(/ \(S15\)$/, '');
      assert.ok(source.includes(plain), `${test} has the test "${name}"`);
    });
  }
});
