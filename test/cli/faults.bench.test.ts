// What goes wrong on real parts, as the command line tells it: what, why, what to do, by the right exit code, and never without a record.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { brokenLinks } from '../../client/src/local/hashChain.ts';
import type { EngineHandle } from '../bench/engine.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { type LocalHost, writeLocalEnvironments } from '../seed/local.ts';
import { copySample, type SampleCopy } from '../seed/sampleCopy.ts';
import { seed } from '../start/world.ts';
import { objects, waybill } from './cli.ts';

/** Nothing listens on it: discard is not served. */
const nobody = 'tcp://127.0.0.1:9';

describe('faults, by the command line', { skip: unavailable('engine', 'registry') }, () => {
  let folder: string;
  let copy: SampleCopy;
  let engine: EngineHandle;
  let older: EngineHandle;
  let good: LocalHost;

  const json = async (line: string, code: number) => {
    const env = { KUBECONFIG: join(folder, 'no-kubeconfig') };
    const result = await waybill([...line.split(' '), '--format', 'json'], { cwd: copy.folder, env });
    assert.equal(result.code, code, `${line}\n${result.stdout.slice(-2000)}\n${result.stderr}`);
    return objects(result.stdout);
  };
  const errorOf = (events: readonly Record<string, unknown>[]) => {
    const error = events.find(({ type }) => type === 'error');
    assert.ok(error && String(error.advice).length > 0, 'an error with advice');
    return error;
  };
  const journal = async () =>
    (await readFile(join(copy.folder, '.waybill/builds.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  const building = () => join(copy.folder, '.waybill/building');

  before(
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'waybill-faults-'));
      copy = await copySample(join(folder, 'lantern'));
      const [docker, second, registry] = await Promise.all([bench().engine('29'), bench().engine('20.10'), bench().registry()]);
      [engine, older] = [docker, second];
      const { host, port, ca, cert, key } = engine.tcp;
      good = { host: `tcp://${host}:${port}`, tls: { ca, cert, key } };
      await copy.replaceAll('parcel-dev', 'cli-faults');
      // The address of the registry takes part in the choice: only so is build-1 always the first.
      await copy.replaceAll('weight: 0.2', 'weight: 0.0001');
      await seed(copy, good, registry.host, () => undefined, AbortSignal.timeout(300_000));
    },
    { timeout: 600_000 },
  );
  after(async () => {
    const containers = await engine.docker('ps', '-aq', '--filter', 'label=com.docker.compose.project=cli-faults');
    await Promise.all(
      containers
        .split('\n')
        .filter(Boolean)
        .map((id) => engine.docker('rm', '-f', id)),
    );
    await rm(folder, { recursive: true, force: true });
  });

  it('goes on to the next builder when the first is not there, and records that', async () => {
    const tls = good.tls;
    await writeLocalEnvironments(copy, { builder: { host: nobody, ...(tls ? { tls } : {}) }, laptop: good, dev: good });
    const events = await json('build order-api', 0);
    assert.equal(events.find(({ type }) => type === 'attempt')?.member, 'build-1');
    assert.equal(events.find(({ type }) => type === 'result')?.builder, 'shared/laptop');
    assert.deepEqual(
      (await journal()).at(-1).attempts.map(({ member }: { member: string }) => member),
      ['build-1'],
    );
  });

  it('says of every builder why it cannot be used', async () => {
    // The certificates of the other engine: a real daemon that does not know us, and whose authority we do not know.
    const { ca, cert, key } = older.tcp;
    await writeLocalEnvironments(copy, {
      builder: { host: good.host, tls: { ca, cert, key } },
      laptop: { host: 'unix:///not/there.sock' },
      dev: good,
    });
    const error = errorOf(await json('build order-api', 3));
    assert.equal(error.kind, 'unreachable');
    assert.match(String(error.message), /`build-1`: .*(certificate|TLS).*`laptop`: .*not\/there\.sock/s);
    assert.equal((await journal()).at(-1).outcome, 'Failed');
  });

  it('names the secret that is not set, and never began', async () => {
    await writeLocalEnvironments(copy, { builder: good, dev: good });
    const manifest = join(copy.folder, 'services/order-api/waybill.yaml');
    const before = await readFile(manifest, 'utf8');
    await writeFile(manifest, before.replace('build:\n', 'build:\n  secrets: [{ id: token, from: "env:NOT_SET_ANYWHERE" }]\n'));
    const error = errorOf(await json('build order-api', 2));
    assert.match(String(error.message), /NOT_SET_ANYWHERE/);
    await writeFile(manifest, before);
  });

  it('closes the record of a call that was killed in the middle of a build, and says so once', async () => {
    await writeLocalEnvironments(copy, { builder: good, dev: good });
    const dockerfile = join(copy.folder, 'services/order-api/Dockerfile');
    const before = await readFile(dockerfile, 'utf8');
    await writeFile(dockerfile, `${before.trimEnd()}\nRUN echo asleep-$((60+6)) && sleep 4321\n`);
    const watch = (text: string) => (text.includes('asleep-66') ? ('SIGKILL' as const) : undefined);
    const killed = await waybill(['build', 'order-api', '--format', 'json'], { cwd: copy.folder, watch });
    assert.equal(killed.code, null);
    await writeFile(dockerfile, before);
    // The engine notices that nobody listens any more.
    const sleeps = () => readdirSync('/proc').some((pid) => /sleep\0?.?4321/.test(commandOf(pid)));
    for (let end = Date.now() + 60_000; sleeps() && Date.now() < end; ) await new Promise((done) => setTimeout(done, 100));
    assert.equal(sleeps(), false);
    const entries = await journal().catch(() => []);
    const [note = ''] = (await readdir(building())).filter((name) => name.endsWith('.json'));
    const id = note.replace('.json', '');

    // A build that goes on elsewhere is no business of this call; another one was killed once its image was there.
    const mine = JSON.parse(await readFile(join(building(), note), 'utf8'));
    await writeFile(
      join(building(), 'b-lives.json'),
      JSON.stringify({ ...mine, id: 'b-lives', owner: { ...mine.owner, host: 'elsewhere' } }),
    );
    await writeFile(join(building(), `b-there-${id}.json`), JSON.stringify({ ...mine, id: `b-there-${id}` }));
    await writeFile(join(folder, 'Dockerfile'), `FROM scratch\nLABEL waybill.dev/build-id=b-there-${id}\n`);
    await engine.docker('build', '-q', '-t', `cli-faults-${id}`, folder);

    const events = await json('build order-api', 0);
    const settled = events.filter(({ type }) => type === 'settled').sort((a, b) => String(a.build).localeCompare(String(b.build)));
    assert.deepEqual(
      settled.map(({ build, found }) => [build, found]),
      [
        [id, 'Nothing of it is on shared/build-1.'],
        [`b-there-${id}`, 'Its image is on shared/build-1.'],
      ],
    );
    const added = (await journal()).slice(entries.length);
    assert.deepEqual(
      added.map(({ outcome }) => outcome),
      ['Aborted', 'Aborted', 'Succeeded'],
    );
    const there = added.find((entry) => entry.id === `b-there-${id}`);
    assert.deepEqual([there?.builder, there?.service], ['shared/build-1', 'parcel/order-api']);
    assert.match(there?.left, /^sha256:/);
    assert.deepEqual(brokenLinks(await readFile(join(copy.folder, '.waybill/builds.jsonl'), 'utf8')), []);
    assert.deepEqual((await readdir(building())).sort(), ['.gitignore', 'b-lives.json']);
    await rm(join(building(), 'b-lives.json'));
    await engine.docker('rmi', `cli-faults-${id}`);
    assert.deepEqual(
      (await json('build order-api', 0)).filter(({ type }) => type === 'settled'),
      [],
    );
  });

  it('answers 1 with a diagnosis when what was released does not stay up, and records it', async () => {
    const start = join(copy.folder, 'services/order-api/start');
    const before = await readFile(start, 'utf8');
    await writeFile(start, '#!/bin/sh\necho cannot find my configuration\nexit 3\n');
    await copy.commit('A service that does not start');
    const events = await json('release order-api dev --yes', 1);
    const result = events.find(({ type }) => type === 'result') as
      | { outcome?: string; diagnosis?: { log: string[]; advice: string } }
      | undefined;
    assert.equal(result?.outcome, 'Failed');
    assert.match(result?.diagnosis?.log.join('\n') ?? '', /cannot find my configuration/);
    const id = events.find(({ type }) => type === 'release')?.id;
    assert.match(await readFile(join(copy.folder, `.waybill/releases/order-api/${id}.yaml`), 'utf8'), /result: Failed/);
    await writeFile(start, before);
    await copy.commit('It starts again');
  });

  it('promotes nothing that failed', async () => {
    const error = errorOf(await json('deploy order-api integration --yes', 1));
    assert.match(String(error.message), /has not succeeded in `dev`/);
  });

  it('says that the registry is down, and makes no release', async () => {
    const manifest = join(copy.folder, 'services/order-api/waybill.yaml');
    const before = await readFile(manifest, 'utf8');
    await writeFile(manifest, before.replace(/127\.0\.0\.1:\d+\/parcel\/order-api/, '127.0.0.1:9/parcel/order-api'));
    const standards = join(copy.folder, 'waybill.standards.yaml');
    const rules = await readFile(standards, 'utf8');
    await writeFile(standards, rules.replace('allowedRegistries: [', 'allowedRegistries: ["127.0.0.1:9", '));
    const events = await json('release order-api dev --yes', 3);
    assert.match(String(errorOf(events).message), /127\.0\.0\.1:9/);
    assert.ok(!events.some(({ type }) => type === 'release'));
    await writeFile(manifest, before);
    await writeFile(standards, rules);
  });

  it('says which environments could not be asked', async () => {
    const events = await json('status', 3);
    const asked = events.filter(({ type }) => type === 'environment');
    assert.deepEqual(
      asked.map(({ environment, error }) => [environment, error === undefined]),
      [
        ['dev', true],
        ['integration', false],
        ['staging', false],
        ['production', false],
      ],
    );
  });
});

function commandOf(pid: string): string {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
  } catch {
    return '';
  }
}
