/** A generated Dockerfile is built on a real engine, on a base image from a real registry. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bench, unavailable } from '../bench/shared.ts';
import { type LocalHost, writeLocalEnvironments } from '../seed/local.ts';
import { copySample, type SampleCopy } from '../seed/sampleCopy.ts';
import { seed } from '../start/world.ts';
import { objects, waybill } from './cli.ts';

describe('a generated Dockerfile', { skip: unavailable('engine', 'registry') }, () => {
  let folder: string;
  let copy: SampleCopy;

  before(
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'waybill-generated-'));
      copy = await copySample(join(folder, 'lantern'));
      const [engine, registry] = await Promise.all([bench().engine('29'), bench().registry()]);
      const { host, port, ca, cert, key } = engine.tcp;
      const tls: LocalHost = { host: `tcp://${host}:${port}`, tls: { ca, cert, key } };
      await seed(copy, tls, registry.host, () => undefined, AbortSignal.timeout(300_000));
      await writeLocalEnvironments(copy, { builder: tls, dev: tls });
    },
    { timeout: 600_000 },
  );
  after(() => rm(folder, { recursive: true, force: true }));

  const call = (...args: readonly string[]) => waybill(args, { cwd: copy.folder, env: { KUBECONFIG: join(folder, 'no-kubeconfig') } });

  it('is linted clean and builds', { timeout: 300_000 }, async () => {
    const manifest = join(copy.folder, 'services/order-api/waybill.yaml');
    const dockerfile = join(copy.folder, 'services/order-api/Dockerfile');
    const source = /org\.opencontainers\.image\.source="([^"]+)"/.exec(await readFile(dockerfile, 'utf8'))?.[1] ?? '';
    await writeFile(
      manifest,
      (await readFile(manifest, 'utf8'))
        .replace('  base: web-2\n', '  base: web-2\n  artifact: { command: "touch start www www/health", outputs: [start, www/] }\n')
        .replace('labels: {', `labels: { org.opencontainers.image.source: "${source}",`),
    );
    await rm(dockerfile);
    const made = await call('dockerfile', 'order-api', '--write');
    assert.equal(made.code, 0, made.stderr);
    const lint = await call('lint', 'services/order-api');
    assert.equal(lint.code, 0, lint.stdout);
    await copy.commit('A generated Dockerfile');
    const built = await call('build', 'order-api', '--format', 'json');
    assert.equal(built.code, 0, built.stdout.slice(-3000));
    const result = objects(built.stdout).find(({ type }) => type === 'result');
    assert.equal(result?.outcome, 'Succeeded');
    assert.match(String(result?.name), /parcel\/order-api:/);
  });
});
