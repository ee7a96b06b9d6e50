/** `waybill lint --shellcheck` with the real ShellCheck. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { missingPackages } from '../bench/install.ts';
import { waybill } from './cli.ts';

const skip = missingPackages(['shellcheck']).length > 0 && 'ShellCheck is not installed.';
const input = 'FROM scratch\nRUN --network=none true && \\\n  # why\n\techo $ONE\nUSER 1000\nRUN echo $TWO\n';

describe('waybill lint --shellcheck', { skip }, () => {
  const lint = (...args: readonly string[]) => waybill(['lint', '--stdin', ...args], { cwd: import.meta.dirname, input });

  it('adds what ShellCheck says to our own findings, and nothing without it', async () => {
    const [plain, both] = await Promise.all([lint(), lint('--shellcheck')]);
    assert.doesNotMatch(plain.stdout, /shellcheck/);
    const found = [...both.stdout.matchAll(/:(\d+):(\d+) \w+ .*shellcheck\/(SC\d+)/g)].map(([, line, column, code]) => [
      line,
      column,
      code,
    ]);
    assert.deepEqual(found, [
      ['4', '7', 'SC2086'],
      ['6', '10', 'SC2086'],
    ]);
    assert.match((await lint('--shellcheck', '--format', 'sarif')).stdout, /shellcheck\.net\/wiki\/SC2086/);
  });

  it('says what is missing when there is no ShellCheck, and fixes nothing', async () => {
    const without = await waybill(['lint', '--stdin', '--shellcheck'], { cwd: import.meta.dirname, input, env: { PATH: '/nowhere' } });
    assert.deepEqual([without.code, /Install `shellcheck`/.test(without.stderr)], [2, true]);
    assert.equal((await lint('--shellcheck', '--fix-dry-run')).code, 2);
  });
});
