// Many builds of many services over several daemons, one of which is killed and one drained on the way: what came of them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage } from '../../client/src/delivery/build.ts';
import { builderQueue } from '../../client/src/delivery/builderQueue.ts';
import { dockerEngines } from '../../client/src/docker/index.ts';
import { isWaybillError } from '../../client/src/errors.ts';
import { fileRecords } from '../../client/src/local/fileRecords.ts';
import { redactor } from '../../client/src/local/redactor.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { BuilderQueue, Ports } from '../../client/src/ports.ts';
import { ociRegistry } from '../../client/src/registry/index.ts';
import type { BuilderMember, BuilderPool, ServiceSummary } from '../../server/src/protocol.ts';
import { type Engine, type Generation, startEngine } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { bench } from '../bench/shared.ts';
import { environment, service as sampleService, world } from '../delivery/world.ts';
import { orderOf, tlsHost, unixHost, until } from './dockerBench.ts';

export interface PoolLoad {
  readonly daemons: readonly Generation[];
  readonly services: number;
  /** Each service is built once a round. */
  readonly rounds: number;
  /** From this round on (counted from 0) one daemon is dead and one drains; both happen while its builds run. */
  readonly trouble: number;
  readonly capacity: number;
}

export interface PoolBuild {
  readonly service: string;
  readonly round: number;
  readonly seconds: number;
  readonly member?: string;
  /** Kind and message of a stated failure; `kind` is absent for an error that nobody has put into words. */
  readonly failure?: { readonly kind?: string; readonly message: string };
  readonly attempts: number;
}

export interface PoolOutcome {
  readonly builds: readonly PoolBuild[];
  readonly seconds: number;
  /** Share of rebuilds on the daemon of the service's build before, of rounds in which the members did not change. */
  readonly sameDaemon: number;
  readonly killed: string;
  readonly drained: string;
  /** Seats taken and builds waiting when all is over. */
  readonly seats: number;
  /** Sockets of this process beyond those before. */
  readonly sockets: number;
  /** Builds that run on the daemons when all is over. */
  readonly running: number;
  /** Images on the daemons whose build the journal does not know, and builds without an entry in it. */
  readonly withoutRecord: readonly string[];
}

/** Daemons, services to build on them, and the ports of one window. */
export interface Stage {
  readonly folder: string;
  readonly engines: readonly Engine[];
  readonly services: readonly ServiceSummary[];
  readonly queue: BuilderQueue;
  readonly ports: Ports;
  readonly setPool: (change: (member: BuilderMember) => BuilderMember) => void;
}

const signal = new AbortController().signal;

/** Runs the load on daemons of its own, and takes everything away again. */
export async function loadPool(load: PoolLoad): Promise<PoolOutcome> {
  const engines: Engine[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'waybill-pool-'));
  try {
    for (const generation of load.daemons) engines.push(await startEngine({ generation }));
    return await run(load, await stage(load, engines, folder));
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function stage(load: Pick<PoolLoad, 'services' | 'capacity'>, engines: readonly Engine[], folder: string): Promise<Stage> {
  const base = `${(await bench().registry()).host}/pool/busybox:1`;
  await pushImage(base);
  const services = Array.from({ length: load.services }, (_, index): ServiceSummary => {
    const name = `service-${index}`;
    mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, name, 'Dockerfile'),
      `FROM ${base}\nRUN echo ${name} > /name\nCOPY . /srv/\nRUN sleep 0.4 && cat /srv/round\n`,
    );
    return { ...sampleService, id: `pool/${name}`, name, product: 'pool', folder: join(folder, name) };
  });
  const hosts = engines.map((engine, index) => (index % 2 === 0 ? unixHost(engine) : tlsHost(engine)));
  const members = hosts.map(
    (host, index): BuilderMember => ({
      ...host,
      name: `build-${index + 1}`,
      capacity: load.capacity,
      weight: 1,
      draining: false,
      optional: false,
    }),
  );
  let pool: BuilderPool = { name: 'shared', policy: 'affinity', maxQueue: 500, patience: 60, members };
  const clock = systemClock();
  const queue = builderQueue(clock);
  const credentials = { forRegistry: async () => undefined };
  const secrets = { read: () => Promise.reject(new Error('none')) };
  const environments = [environment('dev', [], { product: 'pool', folder })]; // Its folder holds the journal.
  const model = () => ({ services, environments, pools: [pool], registries: [], problems: [] });
  const ports: Ports = {
    ...world().ports,
    clock,
    builders: queue,
    engines: dockerEngines({ credentials, secrets, registry: ociRegistry({ credentials }) }),
    records: fileRecords({ redactor: redactor() }),
    source: { state: async () => ({}), changed: async () => true },
    documents: {
      ...world().ports.documents,
      model: async () => model(),
      buildSpec: async (id) => {
        const name = id.slice('pool/'.length);
        const { spec } = orderOf(join(folder, name), `example.com/pool/${name}:1`);
        return { spec: { ...spec, service: name, product: 'pool', pool: 'shared' }, problems: [] };
      },
    },
  };
  const setPool: Stage['setPool'] = (change) => {
    pool = { ...pool, members: pool.members.map(change) };
    queue.follow([pool]);
  };
  return { folder, engines, services, queue, ports, setPool };
}

async function run(load: PoolLoad, at: Stage): Promise<PoolOutcome> {
  const socketsBefore = socketCount();
  const began = performance.now();
  const builds: PoolBuild[] = [];
  const [killed, drained] = [at.engines.length - 1, 0];
  for (let round = 0; round < load.rounds; round++) {
    const working = Promise.all(
      at.services.map(async (service) => {
        writeFileSync(join(service.folder, 'round'), String(round));
        builds.push(await one(at, service, round));
      }),
    );
    if (round === load.trouble) await trouble(at, killed, drained);
    await working;
  }
  const seconds = (performance.now() - began) / 1000;
  await until(() => socketCount() <= socketsBefore, 5, 'sockets are closed').catch(() => undefined);
  const sockets = Math.max(0, socketCount() - socketsBefore);
  await at.engines[killed]?.restart();
  return {
    builds,
    seconds,
    sameDaemon: sameDaemon(builds, load.trouble),
    killed: `build-${killed + 1}`,
    drained: `build-${drained + 1}`,
    seats: at.queue.builds().length,
    sockets,
    running: await runningSteps(at.engines),
    withoutRecord: await withoutRecord(at, builds),
  };
}

/** Kills one daemon and drains another while both of them build. */
async function trouble({ engines, queue, setPool }: Stage, killed: number, drained: number): Promise<void> {
  const runsOn = (index: number) => queue.builds().some(({ state, member }) => state === 'running' && member === `build-${index + 1}`);
  await until(() => runsOn(killed) && runsOn(drained), 60, 'both members build');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  setPool((member) => (member.name === `build-${drained + 1}` ? { ...member, draining: true } : member));
  await engines[killed]?.kill9();
}

async function one({ ports }: Stage, service: ServiceSummary, round: number): Promise<PoolBuild> {
  const began = performance.now();
  let attempts = 0;
  let member: string | undefined;
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const built = await buildImage(
      ports,
      { service: service.id, tag: `r${round}` },
      (event) => {
        if (event.type === 'attempt') attempts++;
        if (event.type === 'stage' && event.stage === 'builder') member = event.message;
      },
      signal,
    );
    return { service: service.id, round, seconds: seconds(), member: built.member.name, attempts };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const failure = { ...(isWaybillError(error) ? { kind: error.waybill } : {}), message };
    return { service: service.id, round, seconds: seconds(), ...(member ? { member } : {}), failure, attempts };
  }
}

/** The round of trouble and the one after it are those in which members changed. */
function sameDaemon(builds: readonly PoolBuild[], trouble: number): number {
  const memberOf = (service: string, round: number) => builds.find((build) => build.service === service && build.round === round)?.member;
  const rebuilds = builds.filter(({ round }) => round > 0 && round !== trouble && round !== trouble + 1);
  const same = rebuilds.filter(({ service, round, member }) => member === memberOf(service, round - 1));
  return same.length / rebuilds.length;
}

/** Connections of this process, of TCP and of unix sockets. */
function socketCount(): number {
  return process.getActiveResourcesInfo().filter((name) => /^(TCPSocketWrap|PipeWrap|TLSWrap)$/.test(name)).length;
}

async function runningSteps(engines: readonly Engine[]): Promise<number> {
  const lists = await Promise.all(engines.map((engine) => engine.docker('ps', '-q')));
  return lists.flatMap((list) => list.trim().split('\n')).filter((id) => id !== '').length;
}

async function withoutRecord({ engines, folder }: Stage, builds: readonly PoolBuild[]): Promise<readonly string[]> {
  const journal = readFileSync(join(folder, '.waybill', 'builds.jsonl'), 'utf8');
  const entries = journal
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; service: string; tag: string });
  const known = new Set(entries.map(({ id }) => id));
  const missing: string[] = [];
  for (const engine of engines) {
    const ids = (await engine.docker('image', 'ls', '-q', '--no-trunc')).trim().split('\n').filter(Boolean);
    for (const id of new Set(ids)) {
      const label = (await engine.docker('image', 'inspect', '--format', '{{index .Config.Labels "waybill.dev/build-id"}}', id)).trim();
      if (label !== '' && label !== '<no value>' && !known.has(label)) missing.push(`image of ${label}`);
    }
  }
  const told = new Set(entries.map(({ service, tag }) => `${service} ${tag}`));
  for (const { service, round } of builds) if (!told.has(`${service} r${round}`)) missing.push(`${service} of round ${round}`);
  return missing;
}
