/** A build through Waybill against `docker build` of the same context on the same engine, its upload against `tar | curl`, and its memory. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build as bundle } from 'esbuild';
import { environment } from '../component.ts';
import { type Engine, type EngineOptions, type Generation, startEngine } from '../engine.ts';
import { pushImage } from '../images.ts';
import { bench } from '../shared.ts';
import type { BuildAnswer, BuildTask } from './buildWorker.ts';
import { against, type Figure, median } from './figures.ts';

const small = 64 * 1024;
const megabyte = 1024 * 1024;

interface Stage {
  readonly engine: Engine;
  readonly folder: string;
  readonly base: string;
  readonly worker: ChildProcess;
  readonly memory: number[];
  /** Each side builds so many times. */
  readonly rounds: number;
}

/** Writes a context of so many bytes: half of it in files of 1 MB, half in files of 64 kB. What is in it is nowhere else. */
function writeContext(folder: string, bytes: number, dockerfile: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  for (let index = 0; index * megabyte < bytes / 2; index++) writeFileSync(join(folder, `large-${index}`), randomBytes(megabyte));
  for (let index = 0; index * small < bytes / 2; index++) {
    const below = join(folder, `part-${index % 16}`);
    mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `small-${index}`), randomBytes(small));
  }
}

/** So many files of a few bytes, a hundred in a folder. */
function writeFiles(folder: string, files: number, dockerfile: string): void {
  for (let index = 0; index < files; index++) {
    const below = join(folder, `group-${Math.floor(index / 10_000)}`, `part-${Math.floor(index / 100)}`);
    if (index % 100 === 0) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `file-${index}`), `${index}\n`);
  }
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
}

async function ours({ engine, worker, memory }: Stage, folder: string): Promise<number> {
  const task: BuildTask = { socket: engine.socket, folder, tag: 'measured:ours' };
  const answer = await new Promise<BuildAnswer>((done) => {
    worker.once('message', done);
    worker.send(task);
  });
  if (answer.error) throw new Error(answer.error);
  memory.push(answer.memory);
  return answer.seconds;
}

const theirs = ({ engine }: Stage, folder: string) =>
  shell(`docker -H unix://${engine.socket} build -q -t measured:theirs ${folder}`, {
    DOCKER_BUILDKIT: '1',
    // Debian's own client: it builds with BuildKit without a plug-in.
    PATH: `/usr/bin:${environment().PATH}`,
  });

/** The classic builder takes the archive and does next to nothing with it. */
const curled = ({ engine }: Stage, folder: string) =>
  shell(
    `tar -C ${folder} -c . | curl -sS --fail --unix-socket ${engine.socket} -X POST -H 'Content-Type: application/x-tar' -T - 'http://engine/build?version=1&q=1'`,
    {},
  );

function shell(line: string, env: NodeJS.ProcessEnv): Promise<number> {
  const began = performance.now();
  return new Promise((done, failed) => {
    const child = spawn('sh', ['-c', line], { env: { ...environment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text;
    });
    child.stderr.on('data', (text: Buffer) => {
      said += text;
    });
    child.on('error', failed);
    child.on('close', (code) =>
      code === 0 && !said.includes('"errorDetail"') ? done((performance.now() - began) / 1000) : failed(new Error(`${line}: ${said}`)),
    );
  });
}

type Build = (stage: Stage, folder: string) => Promise<number>;

/** Both in turns, each on folders of its own with the same kind of content; `prepare` makes or changes the folder before each build. */
async function inTurns(
  stage: Stage,
  name: string,
  peer: Build,
  prepare: (folder: string, round: number) => string,
): Promise<[number[], number[]]> {
  const samples: [number[], number[]] = [[], []];
  for (let round = 0; round < stage.rounds; round++) {
    const order: readonly (0 | 1)[] = round % 2 === 0 ? [0, 1] : [1, 0];
    for (const side of order) {
      const folder = prepare(join(stage.folder, `${name}-${side}`), round);
      samples[side].push(await (side === 0 ? ours : peer)(stage, folder));
    }
  }
  return samples;
}

const nonce = () => randomBytes(8).toString('hex');

const dockerfile = (base: string) => `FROM ${base}\nRUN echo ${nonce()} && sleep 1\nCOPY . /srv/\nRUN sleep 1\n`;

async function compareBuilds(stage: Stage, generation: string, size: number, large: number, files: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const measured = async (name: string, prepare: (folder: string, round: number) => string) => {
    const [own, peer] = await inTurns(stage, name.replaceAll(/\W+/g, '-'), theirs, prepare);
    const value = median(own);
    figures.push({
      name: `build on ${generation}: ${name}`,
      value,
      unit: 's',
      against: against('docker build', median(peer), value),
      bar: 1.1,
    });
  };
  const fresh = (bytes: number) => (folder: string, round: number) => {
    rmSync(`${folder}-${round - 1}`, { recursive: true, force: true });
    writeContext(`${folder}-${round}`, bytes, dockerfile(stage.base));
    return `${folder}-${round}`;
  };
  const kept = (change: (folder: string) => void) => {
    const made = new Set<string>();
    return async (folder: string, build: Build) => {
      if (!made.has(folder)) {
        made.add(folder);
        writeContext(folder, size, dockerfile(stage.base));
        await build(stage, folder);
      }
      change(folder);
      return folder;
    };
  };
  await measured('cold', fresh(size));
  for (const [name, change] of [
    ['warm', () => undefined],
    ['one file changed', (folder: string) => writeFileSync(join(folder, 'large-0'), randomBytes(megabyte))],
  ] as const) {
    const prepare = kept(change);
    const key = name.replaceAll(/\W+/g, '-');
    await prepare(join(stage.folder, `${key}-0`), ours);
    await prepare(join(stage.folder, `${key}-1`), theirs);
    await measured(name, (folder) => {
      change(folder);
      return folder;
    });
  }
  await measured(`a context of ${Math.round(large / megabyte)} MB`, fresh(large));
  await measured(`a context of ${files} files`, (folder, round) => {
    rmSync(`${folder}-${round - 1}`, { recursive: true, force: true });
    writeFiles(`${folder}-${round}`, files, dockerfile(stage.base));
    return `${folder}-${round}`;
  });
  return figures;
}

/** A context that is sent whole to a build that does next to nothing with it; `dockerfile` says what is built. */
async function compareUpload(stage: Stage, name: string, bytes: number, peer: [string, Build], dockerfile: () => string): Promise<Figure> {
  const [own, other] = await inTurns(stage, 'upload', peer[1], (folder, round) => {
    rmSync(`${folder}-${round - 1}`, { recursive: true, force: true });
    writeContext(`${folder}-${round}`, bytes, dockerfile());
    return `${folder}-${round}`;
  });
  const rate = (seconds: readonly number[]) => bytes / megabyte / median(seconds);
  const value = rate(own);
  return { name: `build on ${name}: context upload`, value, unit: 'MB/s', against: against(peer[0], rate(other), value), bar: 0.9 };
}

/** As the extension is: one file of JavaScript, so that its memory is that of building alone. */
async function bundledWorker(folder: string): Promise<string> {
  const outfile = join(folder, 'worker.cjs');
  await bundle({
    entryPoints: [resolve(import.meta.dirname, 'buildWorker.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    loader: { '.node': 'empty' },
    outfile,
  });
  return outfile;
}

/** `long`: 1 GB of context instead of 256 MB, 100,000 files instead of 10,000. Each side builds `rounds` times. */
export async function measureBuilds(
  long: boolean,
  generations: readonly Generation[] = ['29', '20.10'],
  rounds = 3,
): Promise<readonly Figure[]> {
  const large = (long ? 1024 : 256) * megabyte;
  const files = long ? 100_000 : 10_000;
  const figures: Figure[] = [];
  for (const generation of generations) {
    await onEngine({ generation }, rounds, async (stage) => {
      figures.push(...(await compareBuilds(stage, generation, 20 * megabyte, large, files)));
      // The whole context is asked for, and none of it becomes part of the image.
      const mounted = () => `FROM ${stage.base}\nRUN --mount=type=bind,target=/context echo ${nonce()}\n`;
      figures.push(await compareUpload(stage, generation, large, ['docker build', theirs], mounted), memoryOf(stage, generation));
    });
  }
  const classic = join(mkdtempSync(join(tmpdir(), 'waybill-classic-')), 'daemon.json');
  writeFileSync(classic, '{"features":{"buildkit":false}}');
  await onEngine({ generation: '20.10', args: ['--config-file', classic] }, rounds, async (stage) => {
    const name = '20.10 (classic builder)';
    const small = () => 'FROM scratch\nCOPY Dockerfile /\n';
    figures.push(await compareUpload(stage, name, large, ['tar | curl', curled], small), memoryOf(stage, name));
  });
  rmSync(dirname(classic), { recursive: true });
  return figures;
}

function memoryOf({ memory }: Stage, name: string): Figure {
  return { name: `build on ${name}: memory of our process at most`, value: Math.max(...memory) / megabyte, unit: 'MB', budget: 150 };
}

async function onEngine(options: EngineOptions, rounds: number, use: (stage: Stage) => Promise<void>): Promise<void> {
  const base = `${(await bench().registry()).host}/measure/build-base:1`;
  await pushImage(base);
  const engine = await startEngine(options);
  const folder = mkdtempSync(join(tmpdir(), 'waybill-measure-'));
  const worker = fork(await bundledWorker(folder), { execArgv: [] });
  try {
    await engine.docker('pull', base);
    await use({ engine, folder, base, worker, memory: [], rounds });
  } finally {
    worker.kill();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
