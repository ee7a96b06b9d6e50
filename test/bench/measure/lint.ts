/** Linting: our rules per file against the floor (dockerfile-ast plus a shell parse of each RUN), and hadolint where it is installed. */
import { readFileSync } from 'node:fs';
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
import { measureHadolint } from './hadolint.ts';

const sample = resolve(import.meta.dirname, '../../sample');

function floor({ text }: CorpusFile): void {
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === 'RUN') parseShell(instruction.getArgumentsContent() ?? '');
  }
}

/** Time per file of several ways to work, each the median of seven runs after a warm-up; file by file, so that a busy machine is busy for all. */
function perFile(files: readonly CorpusFile[], works: readonly ((file: CorpusFile) => void)[]): number[][] {
  for (let round = 0; round < 3; round++) for (const work of works) files.forEach(work);
  const times: number[][] = works.map(() => []);
  for (const file of files) {
    for (const [i, work] of works.entries()) times[i]?.push(median(Array.from({ length: 7 }, () => clocked(() => work(file)))));
  }
  return times;
}

function clocked(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** Processor time per file, garbage collection included: whole passes over the files, in turns; the median. */
function processorTimes(files: readonly CorpusFile[], works: readonly ((file: CorpusFile) => void)[]): number[] {
  const samples = works.map((): number[] => []);
  for (let pass = 0; pass < 9; pass++) {
    for (const [i, work] of works.entries()) {
      const before = process.cpuUsage();
      files.forEach(work);
      const { user, system } = process.cpuUsage(before);
      samples[i]?.push((user + system) / 1000 / files.length);
    }
  }
  return samples.map(median);
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
  const lint = ({ uri, text }: CorpusFile): unknown => lintDockerfile(parseDockerfile(uri, text), workspace, { allRules: true });
  const [ours = [], least = []] = perFile(files, [lint, floor]);
  // As hadolint is asked: by all rules, but by no company's standards.
  const none = createWorkspace({ files: [], folders: [], today: '2026-11-24' });
  const alone = ({ uri, text }: CorpusFile): unknown => lintDockerfile(parseDockerfile(uri, text), none, { allRules: true });
  const [processor = 0, leastProcessor = 0, aloneProcessor = 0] = processorTimes(files, [lint, floor, alone]);
  return [
    { name: `lint, mean of ${files.length} files`, value: mean(ours), unit: 'ms', against: against('floor', mean(least), mean(ours)) },
    {
      name: 'lint, p95',
      value: quantile(ours, 0.95),
      unit: 'ms',
      budget: 3,
      against: against('floor', quantile(least, 0.95), quantile(ours, 0.95)),
    },
    { name: 'lint, processor, mean', value: processor, unit: 'ms', against: against('floor', leastProcessor, processor) },
    {
      name: 'lint without standards, processor, mean',
      value: aloneProcessor,
      unit: 'ms',
      against: against('floor', leastProcessor, aloneProcessor),
    },
    ...(await buildkit(files, ours)),
    ...(await measureHadolint(files, aloneProcessor)),
  ];
}

/** BuildKit's own linter on the same files, the second time that it sees them. */
async function buildkit(files: readonly CorpusFile[], ours: readonly number[]): Promise<readonly Figure[]> {
  const answers = await askBuildkit([...files, ...files].map(({ text }) => ({ ask: 'lint', text })));
  const peer = mean(answers.slice(files.length).map(({ micros }) => micros / 1000));
  return [{ name: 'lint, mean', value: mean(ours), unit: 'ms', against: against("BuildKit's linter", peer, mean(ours)) }];
}
