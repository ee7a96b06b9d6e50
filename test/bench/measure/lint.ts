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
import { dockerfiles } from '../../corpus/corpus.ts';
import { askBuildkit } from '../oracle.ts';
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

export async function measureLint(): Promise<readonly Figure[]> {
  const folder = pathToFileURL(join(sample, 'services')).href;
  const files = [...corpus(), ...dockerfiles().map(({ name, text }) => ({ uri: `${folder}/${name}/Dockerfile`, text }))];
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
    ...(await buildkit(files, ours)),
    ...hadolint(files, ours),
  ];
}

/** BuildKit's own linter on the same files, the second time that it sees them. */
async function buildkit(files: readonly CorpusFile[], ours: readonly number[]): Promise<readonly Figure[]> {
  const answers = await askBuildkit([...files, ...files].map(({ text }) => ({ ask: 'lint', text })));
  const peer = mean(answers.slice(files.length).map(({ micros }) => micros / 1000));
  return [{ name: 'lint, mean', value: mean(ours), unit: 'ms', against: against("BuildKit's linter", peer, mean(ours)) }];
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
