/** Linting: our rules per file against the floor (dockerfile-ast plus a shell parse of each RUN), and hadolint where it is installed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { parse as parseShell } from 'unbash';
import { parseDockerfile } from '../../../server/src/core/dockerfile/parse.ts';
import { lintDockerfile } from '../../../server/src/core/features/lint.ts';
import { createWorkspace } from '../../../server/src/core/features/workspace.ts';
import { type CorpusFile, corpus } from './corpus.ts';
import { against, type Figure, mean, median, quantile } from './figures.ts';

const sample = resolve(import.meta.dirname, '../../sample');

function floor({ text }: CorpusFile): void {
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === 'RUN') parseShell(instruction.getArgumentsContent() ?? '');
  }
}

/** Time per file, each the median of several passes after a warm-up. */
function perFile(files: readonly CorpusFile[], work: (file: CorpusFile) => void): number[] {
  for (let round = 0; round < 3; round++) files.forEach(work);
  return files.map((file) =>
    median(
      Array.from({ length: 7 }, () => {
        const started = performance.now();
        work(file);
        return performance.now() - started;
      }),
    ),
  );
}

export function measureLint(): readonly Figure[] {
  const files = corpus();
  const standards = ['waybill.standards.yaml', 'waybill.environments.yaml'].map((name) => ({
    uri: pathToFileURL(join(sample, name)).href,
    kind: name.includes('standards') ? ('standards' as const) : ('environments' as const),
    text: readFileSync(join(sample, name), 'utf8'),
  }));
  const workspace = createWorkspace({ files: standards, folders: [pathToFileURL(sample).href], today: '2026-11-24' });
  const ours = perFile(files, ({ uri, text }) => lintDockerfile(parseDockerfile(uri, text), workspace, { allRules: true }));
  const least = perFile(files, floor);
  return [
    { name: `lint, mean of ${files.length} files`, value: mean(ours), unit: 'ms', against: against('floor', mean(least), mean(ours)) },
    {
      name: 'lint, p95',
      value: quantile(ours, 0.95),
      unit: 'ms',
      budget: 3,
      against: against('floor', quantile(least, 0.95), quantile(ours, 0.95)),
    },
    ...hadolint(files, ours),
  ];
}

/** hadolint on the same files, processor time without start-up: many files in one call minus an empty one. */
function hadolint(files: readonly CorpusFile[], ours: readonly number[]): readonly Figure[] {
  const program = process.env.WAYBILL_HADOLINT ?? 'hadolint';
  const folder = mkdtempSync(join(tmpdir(), 'waybill-measure-'));
  try {
    const paths = files.map(({ text }, index) => {
      const path = join(folder, `Dockerfile.${index}`);
      writeFileSync(path, text);
      return path;
    });
    const run = (some: readonly string[]) => {
      const before = performance.now();
      execFileSync(program, ['--no-fail', ...some], { stdio: ['ignore', 'ignore', 'ignore'] });
      return performance.now() - before;
    };
    run(paths.slice(0, 1));
    const peer = (run(paths) - run(paths.slice(0, 1))) / (paths.length - 1);
    return [{ name: 'lint without start-up', value: mean(ours), unit: 'ms', against: against('hadolint', peer, mean(ours)) }];
  } catch {
    return [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
