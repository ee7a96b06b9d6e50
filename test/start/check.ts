/** The main job on the sample without a person, through the CLI: one line per step with its time. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { World } from './world.ts';

const cli = resolve(import.meta.dirname, '../../dist/waybill.js');

interface Step {
  readonly name: string;
  readonly arguments: readonly string[];
  /** What must stand in the output, beside exit code 0. */
  readonly shows?: RegExp;
}

const steps: readonly Step[] = [
  {
    name: 'lint',
    arguments: ['lint', 'services/order-api', 'services/price-api', 'services/tracking', 'services/label-printer'],
  },
  { name: 'build', arguments: ['build', 'order-api'] },
  { name: 'push', arguments: ['release', 'order-api'], shows: /sha256:[0-9a-f]{7}/ },
  { name: 'deploy', arguments: ['deploy', 'order-api', 'dev', '--yes'] },
  { name: 'healthy', arguments: ['status', 'dev', 'order-api', '--format', 'json'], shows: /"health":"Healthy"/ },
  { name: 'log line', arguments: ['logs', 'order-api', 'dev', '--tail', '5', '--no-follow'], shows: /INFO order accepted \d+/ },
];

/** Runs the steps in order. Answers true when all succeeded; the first failure is shown with what the CLI said, and ends the run. */
export async function check(world: World, report: (line: string) => void): Promise<boolean> {
  if (world.without !== undefined) {
    report(`✗ ${world.without}`);
    return false;
  }
  for (const step of steps) {
    const started = performance.now();
    const { code, output } = await run(step.arguments, world);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const good = code === 0 && (!step.shows || step.shows.test(output));
    report(`${good ? '✓' : '✗'} ${step.name.padEnd(9)} ${seconds.padStart(6)} s   waybill ${step.arguments.join(' ')}`);
    if (good) continue;
    report(`  ended with code ${code}; it said:\n${output.trimEnd().split('\n').slice(-25).join('\n')}`);
    return false;
  }
  return true;
}

function run(parameters: readonly string[], world: World): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [cli, ...parameters], {
      cwd: world.folder,
      env: { ...process.env, NO_COLOR: '1', ...(world.kubeconfig ? { KUBECONFIG: world.kubeconfig } : {}) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.on('close', (code) => done({ code: code ?? 3, output: output.join('') }));
  });
}
