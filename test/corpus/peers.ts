/** Asks the peers themselves about the corpus. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { hadolintFolder } from '../bench/cache.ts';
import { askBuildkit } from '../bench/oracle.ts';
import type { Answers } from './answers.ts';
import type { CorpusFile } from './corpus.ts';

const inOrder = (said: Iterable<string>): string[] => [...new Set(said)].sort((a, b) => lineOf(a) - lineOf(b) || (a < b ? -1 : 1));
const lineOf = (said: string): number => Number(said.slice(said.lastIndexOf(':') + 1));

export async function buildkitAnswers(files: readonly CorpusFile[]): Promise<ReadonlyMap<string, Answers>> {
  const parsed = await askBuildkit(files.map(({ text }) => ({ ask: 'parse', text })));
  const linted = await askBuildkit(files.map(({ text }) => ({ ask: 'lint', text })));
  return new Map(
    files.map(({ name }, index) => {
      const refused = parsed[index]?.accepted !== true || linted[index]?.refused !== undefined;
      return [name, { refused, said: inOrder((linted[index]?.findings ?? []).map(({ rule, line }) => `${rule}:${line}`)) }];
    }),
  );
}

/** The installed hadolint: that of `WAYBILL_HADOLINT`, in PATH, or in the bench's cache; undefined where there is none. */
export function hadolintProgram(): string | undefined {
  const cached = join(hadolintFolder(), 'hadolint');
  const candidates = process.env.WAYBILL_HADOLINT ? [process.env.WAYBILL_HADOLINT] : ['hadolint', cached];
  return candidates.find((program) => spawnSync(program, ['--version']).status === 0);
}

export function hadolintAnswers(program: string, files: readonly CorpusFile[]): ReadonlyMap<string, Answers> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-corpus-'));
  try {
    const paths = files.map(({ text }, index) => {
      const path = join(folder, String(index));
      writeFileSync(path, text);
      return path;
    });
    const { stdout } = spawnSync(program, ['--no-fail', '--format', 'json', ...paths], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const found = JSON.parse(stdout) as { readonly file: string; readonly code: string; readonly line: number }[];
    const of = Map.groupBy(found, ({ file }) => Number(basename(file)));
    return new Map(
      files.map(({ name }, index) => {
        const said = (of.get(index) ?? []).filter(({ code }) => code.startsWith('DL'));
        return [
          name,
          { refused: said.some(({ code }) => code === 'DL1000'), said: inOrder(said.map(({ code, line }) => `${code}:${line}`)) },
        ];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
