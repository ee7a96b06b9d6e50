// A patched base reaches a service without a build: release on one image of the line, a newer image registered in the standards,
// `waybill rebase`, and the new release runs.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { EngineHandle } from '../bench/engine.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { contextFolder, open, orderOf, unixHost } from '../client/dockerBench.ts';
import { writeLocalEnvironments } from '../seed/local.ts';
import { copySample, type SampleCopy } from '../seed/sampleCopy.ts';
import { seed } from '../start/world.ts';
import { objects, waybill } from './cli.ts';

describe('waybill rebase', { skip: unavailable('engine', 'registry', 'build-engine') }, () => {
  let folder: string;
  let copy: SampleCopy;
  let engine: EngineHandle;
  let patched: string;

  const json = async (...args: readonly string[]) => {
    const result = await waybill([...args, '--format', 'json'], { cwd: copy.folder });
    assert.equal(result.code, 0, `${args.join(' ')}\n${result.stdout.slice(-2000)}\n${result.stderr}`);
    return objects(result.stdout);
  };

  /** What the table says of its services. */
  const states = (events: readonly Record<string, unknown>[]) =>
    events.flatMap(({ type, rows }) =>
      type === 'rebase' ? (rows as readonly { readonly state: string }[]).map(({ state }) => state) : [],
    );

  before(
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'waybill-rebase-'));
      copy = await copySample(join(folder, 'lantern'));
      const [docker, registry] = await Promise.all([bench().engine('29'), bench().registry()]);
      engine = docker;
      const { host, port, ca, cert, key } = engine.tcp;
      const local = { host: `tcp://${host}:${port}`, tls: { ca, cert, key } };
      await seed(copy, local, registry.host, () => undefined, AbortSignal.timeout(300_000));
      await writeLocalEnvironments(copy, { builder: local, dev: local });
    },
    { timeout: 600_000 },
  );
  after(() => rm(folder, { recursive: true, force: true }));

  it('has nothing to do while services stand on the current image', async () => {
    await json('release', 'order-api');
    assert.deepEqual(states(await json('rebase', 'web-2', 'order-api', '--yes')), ['current']);
  });

  it('moves a release to the patched image of the line: another image, the same layers of its own', { timeout: 120_000 }, async () => {
    const path = join(copy.folder, 'waybill.standards.yaml');
    const standards = await readFile(path, 'utf8');
    const entry = /- name: web-2\n\s+image: (\S+)[\s\S]*?current: (\{ tag: \S+, digest: (\S+) \})\n(\s+)previous:\n/.exec(standards);
    assert.ok(entry);
    const [, repository = '', current = '', digest = ''] = entry;
    using context = contextFolder({ Dockerfile: `FROM ${repository}@${digest}\nUSER 0\nRUN echo fixed >/opt/fixed\nUSER 10001:10001\n` });
    using opened = open(unixHost(engine));
    await opened.engine.build(orderOf(context.path, `${repository}:2.4.2-r1`), () => undefined, AbortSignal.timeout(60_000));
    patched = (await opened.engine.push(repository, '2.4.2-r1', () => undefined, AbortSignal.timeout(60_000))).digest;
    const moved = entry[0]
      .replace(current, `{ tag: 2.4.2-r1, digest: ${patched} }`)
      .replace(/previous:\n/, `previous:\n      - ${current}\n`);
    await writeFile(path, standards.replace(entry[0], moved));

    assert.deepEqual(states(await json('rebase', 'web-2', 'order-api', '--dry-run')), ['ready']);
    const events = await json('rebase', 'web-2', 'order-api', '--yes');
    const [made] = events.filter(({ type }) => type === 'rebased');
    const image = made?.image as { repository: string; digest: string };
    assert.equal(
      (
        await engine.docker('run', '--rm', '--network=none', '--entrypoint=/bin/cat', `${image.repository}@${image.digest}`, '/opt/fixed')
      ).trim(),
      'fixed',
    );
    const record = await readFile(join(copy.folder, '.waybill/releases/order-api', `${made?.release}.yaml`), 'utf8');
    assert.match(record, /derivedFrom:\n\s+release: rel-[0-9a-f]{12}\n\s+kind: rebase\n/);
    assert.match(record, new RegExp(`toBase: ${patched}`));
    assert.deepEqual(states(await json('rebase', 'web-2', 'order-api')), ['current']);
  });

  it('says what a mistyped name may mean', async () => {
    const result = await waybill(['rebase', 'wbe-2'], { cwd: copy.folder });
    assert.deepEqual([result.code, /Did you mean `web-2`\?/.test(result.stderr)], [2, true], result.stderr);
  });
});
