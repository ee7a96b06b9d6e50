/** What it costs to start: the extension's entry, the CLI, and the size of what is shipped. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** Starts in turn, so that what else the machine does hits all of them: the median wall time of each, in ms. */
function starts(calls: readonly { readonly parameters: readonly string[]; readonly cwd: string }[]): readonly number[] {
  const samples = calls.map((): number[] => []);
  for (let round = 0; round < 15; round++) {
    for (const [i, { parameters, cwd }] of calls.entries()) {
      const started = performance.now();
      spawnSync(process.execPath, parameters, { cwd, stdio: 'ignore' });
      samples[i]?.push(performance.now() - started);
    }
  }
  return samples.map(median);
}

/** `waybill lint` against Node itself, and against scripts that load one package and do as little with it as can be. */
function commandLine(): readonly Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-measure-'));
  try {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM debian:12\nRUN apt-get update\n');
    // A repository of its own, as a company has one: else all of Waybill's would be the workspace.
    const sample = join(folder, 'sample');
    cpSync(join(root, 'test/sample'), sample, { recursive: true });
    mkdirSync(join(sample, '.git'));
    const waybill = join(root, 'dist/waybill.js');
    const packageAt = (name: string) => JSON.stringify(join(root, 'node_modules', name));
    const yaml = `require(${packageAt('yaml')}).parse(require("node:fs").readFileSync("waybill.standards.yaml", "utf8"))`;
    const [node = 0, semver = 0, parsing = 0, lone = 0, inPlace = 0, service = 0] = starts([
      { parameters: ['-e', '0'], cwd: sample },
      { parameters: ['-e', `require(${packageAt('semver')})`], cwd: sample },
      { parameters: ['-e', yaml], cwd: sample },
      { parameters: [waybill, 'lint', 'Dockerfile'], cwd: folder },
      { parameters: [waybill, 'lint', 'services/legacy/nightly/Dockerfile'], cwd: sample },
      { parameters: [waybill, 'lint', 'services/order-api'], cwd: sample },
    ]);
    return [
      { name: 'waybill lint Dockerfile, alone', value: lone, unit: 'ms', against: against('a script that loads semver', semver, lone) },
      { name: 'the same', value: lone, unit: 'ms', against: against('node -e 0', node, lone) },
      {
        name: 'waybill lint Dockerfile, by standards',
        value: inPlace,
        unit: 'ms',
        against: against('a script that parses these standards with yaml', parsing, inPlace),
      },
      { name: 'the same', value: inPlace, unit: 'ms', against: against('a script that loads semver', semver, inPlace) },
      { name: 'waybill lint of a service with its manifest', value: service, unit: 'ms', against: against('node -e 0', node, service) },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function size(): readonly Figure[] {
  try {
    return [{ name: 'waybill.vsix', value: statSync(join(root, 'waybill.vsix')).size / 1_000_000, unit: 'MB', budget: 2 }];
  } catch {
    return [];
  }
}

export function measureProcesses(): readonly Figure[] {
  return [activation(), ...commandLine(), ...size()];
}
