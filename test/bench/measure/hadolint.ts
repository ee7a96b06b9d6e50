/** Processor time of hadolint and of `waybill lint` on the same files: user and system time of the processes, as the shell counts it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hadolintProgram } from '../../corpus/peers.ts';
import { installHadolint } from '../build.ts';
import type { CorpusFile } from './corpus.ts';
import { against, type Figure, median } from './figures.ts';

const waybill = resolve(import.meta.dirname, '../../../dist/waybill.js');

/** A linter's processor time in milliseconds. */
interface Costs {
  /** One file in a process of its own. */
  readonly one: number;
  /** A file of many in one process, start-up shared. */
  readonly shared: number;
  /** A file more, without start-up. */
  readonly more: number;
}

/** @param ours milliseconds of processor time that a file, judged without standards, costs a process that is running: the language server */
export async function measureHadolint(files: readonly CorpusFile[], ours: number): Promise<readonly Figure[]> {
  const program = hadolintProgram() ?? (await installHadolint().catch(absent));
  if (program === undefined) return [];
  const folder = mkdtempSync(join(tmpdir(), 'waybill-measure-'));
  try {
    const paths = files.map(({ text }, index) => {
      const path = join(folder, `Dockerfile.${index}`);
      writeFileSync(path, text);
      return path;
    });
    const peer = costs([program, '--no-fail'], paths);
    const own = costs([process.execPath, waybill, 'lint', '--rules', 'all'], paths);
    const figure = (name: string, value: number, theirs: number): Figure => ({
      name,
      value,
      unit: 'ms',
      against: against('hadolint', theirs, value),
    });
    return [
      figure('lint without standards, processor, without start-up', ours, peer.more),
      figure('waybill lint, processor, per file more', own.more, peer.more),
      figure(`waybill lint, processor, per file of ${files.length}`, own.shared, peer.shared),
      figure('waybill lint, processor, one file', own.one, peer.one),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function absent(error: unknown): undefined {
  process.stderr.write(`hadolint is left out: ${error instanceof Error ? error.message : String(error)}\n`);
  return undefined;
}

function costs(command: readonly string[], paths: readonly string[]): Costs {
  const repeated = (times: number, some: readonly string[]) =>
    median(Array.from({ length: times }, () => processorTime([...command, ...some])));
  const longest = paths.length;
  const one = repeated(9, paths.slice(0, 1));
  const all = repeated(3, paths);
  return { one, shared: all / longest, more: (all - one) / (longest - 1) };
}

/** Milliseconds, user and system, of a program and its threads; what it says and how it ends does not matter. */
function processorTime(command: readonly string[]): number {
  const script = 'TIMEFORMAT="%3U %3S"; { time "$@" >/dev/null 2>/dev/null; } || true';
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', ...command], { encoding: 'utf8' });
  const seconds = stderr.trim().split(/\s+/).map(Number);
  return 1000 * seconds.reduce((sum, part) => sum + part, 0);
}
