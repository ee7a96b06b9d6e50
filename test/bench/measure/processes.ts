/** What it costs to start: the extension's entry, the CLI, and the size of what is shipped. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { against, type Figure, median } from './figures.ts';

const root = resolve(import.meta.dirname, '../../..');

/** Loading dist/extension.js with an empty `vscode`, in fresh processes, against loading an empty module. */
function activation(): Figure {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-measure-'));
  try {
    const empty = join(folder, 'empty.js');
    writeFileSync(empty, 'module.exports = {};');
    const load = (path: string) => {
      const program = [
        'const Module = require("node:module"); const original = Module._load;',
        'Module._load = (name, ...rest) => name === "vscode" ? {} : original(name, ...rest);',
        `const started = performance.now(); require(${JSON.stringify(path)}); console.log(performance.now() - started);`,
      ].join('\n');
      return Number(spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' }).stdout);
    };
    const samples = (path: string) => median(Array.from({ length: 9 }, () => load(path)));
    const ours = samples(join(root, 'dist/extension.js'));
    return { name: 'loading the extension', value: ours, unit: 'ms', against: against('an empty module', samples(empty), ours), budget: 5 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function commandLine(): Figure {
  const wall = (parameters: readonly string[]) =>
    median(
      Array.from({ length: 7 }, () => {
        const started = performance.now();
        spawnSync(process.execPath, parameters, { cwd: join(root, 'test/sample'), stdio: 'ignore' });
        return performance.now() - started;
      }),
    );
  const ours = wall([join(root, 'dist/waybill.js'), 'lint', 'services/order-api']);
  return {
    name: 'waybill lint of one service, whole process',
    value: ours,
    unit: 'ms',
    against: against('node -e 0', wall(['-e', '0']), ours),
  };
}

function size(): readonly Figure[] {
  try {
    return [{ name: 'waybill.vsix', value: statSync(join(root, 'waybill.vsix')).size / 1_000_000, unit: 'MB', budget: 2 }];
  } catch {
    return [];
  }
}

export function measureProcesses(): readonly Figure[] {
  return [activation(), commandLine(), ...size()];
}
