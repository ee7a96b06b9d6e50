/**
 * `npm run bench`: what is fast enough, measured. Medians, and ratios to a peer or a floor in the same run; nothing is asserted.
 *   --json        one JSON object for machines
 *   --without-bench   only what needs no engine and no cluster
 *   --long        builds with 1 GB of context, 200 builds over a pool of four engines, a million lines of logs while connections are
 *                 cut, and ten thousand pods that change for a minute
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureBuilds } from './build.ts';
import { type Figure, table } from './figures.ts';
import { measureHistory } from './history.ts';
import { measureKeystrokes } from './keystroke.ts';
import { measureKubernetes } from './kubernetes.ts';
import { measureLint } from './lint.ts';
import { measureLogFiles } from './logFiles.ts';
import { measureLogs } from './logs.ts';
import { measureManifests } from './manifests.ts';
import { measureMemory } from './memory.ts';
import { measurePool } from './pool.ts';
import { measureProcesses } from './processes.ts';
import { measureWatch } from './watch.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    'without-bench': { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
  },
});
const root = resolve(import.meta.dirname, '../../..');

const packaged = spawnSync('npm', ['run', '--silent', 'package'], { cwd: root, encoding: 'utf8' });
if (packaged.status !== 0) throw new Error(`npm run package failed:\n${packaged.stdout}${packaged.stderr}`);

const figures: Figure[] = [];
for (const measure of [
  measureLint,
  measureKeystrokes,
  measureManifests,
  measureHistory,
  measureMemory,
  measureProcesses,
  ...(values['without-bench']
    ? []
    : [
        measureKubernetes,
        measureLogs,
        () => measureLogFiles(values.long),
        () => measureBuilds(values.long),
        ...(values.long ? [measurePool, () => measureWatch()] : []),
      ]),
]) {
  const found = await measure();
  figures.push(...found);
  if (!values.json) console.log(table(found));
}
if (values.json) console.log(JSON.stringify({ node: process.version, figures }, undefined, 2));
process.exit(0);
