/**
 * `npm start`: a real editor on the sample product line with everything working.
 *   --kubernetes   a real Kubernetes for `integration` and `staging` as well
 *   --check        no editor: the main job through the CLI, then ends with 0, or says what failed
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from './check.ts';
import { openEditor } from './editor.ts';
import { startWorld, type World } from './world.ts';

const root = resolve(import.meta.dirname, '../..');
const vsix = resolve(root, 'waybill.vsix');
const say = (line: string) => console.log(line);

function options(): { kubernetes: boolean; check: boolean } {
  const { values } = parseArgs({
    options: { kubernetes: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
  });
  return values;
}

/** Builds what is missing or older than the sources; a build takes a second or two. */
function build(script: 'build' | 'package'): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm run ${script} failed:\n${stdout}${stderr}`);
}

async function showEditor(world: World, ended: AbortSignal): Promise<void> {
  build('package');
  if (!existsSync(vsix)) throw new Error('npm run package left no waybill.vsix');
  const editor = await openEditor(world, vsix, say);
  if (world.without !== undefined) say(`\nWithout an engine: linting works; building and deploying do not.\n${world.without}`);
  say(`\n${editor.message}\nThe sample lies in ${world.folder}. Ctrl-C ends everything and leaves nothing behind.`);
  const interrupted = new Promise<void>((done) => ended.addEventListener('abort', () => done(), { once: true }));
  // The components hold no handle of this process; something must, until the person is done.
  const waiting = setInterval(() => undefined, 60_000);
  await Promise.race([editor.closed, interrupted]);
  clearInterval(waiting);
  await editor.stop();
}

async function main(): Promise<number> {
  const wanted = options();
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ended.abort());
  if (wanted.check) build('build');
  const world = await startWorld({ kubernetes: wanted.kubernetes, report: say, signal: ended.signal });
  try {
    if (wanted.check) return (await check(world, say)) ? 0 : 1;
    await showEditor(world, ended.signal);
    return 0;
  } finally {
    await world.stop();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
