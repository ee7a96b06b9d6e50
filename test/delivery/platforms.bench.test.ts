// One image for two platforms, made on two real engines and put together in a real registry.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createRelease } from '../../client/src/delivery/release.ts';
import { dockerEngines } from '../../client/src/docker/index.ts';
import type { Ports } from '../../client/src/ports.ts';
import { ociRegistry } from '../../client/src/registry/index.ts';
import type { BuildSpec } from '../../server/src/protocol.ts';
import type { EngineHandle } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { failureOf, orderOf, tlsHost } from '../client/dockerBench.ts';
import { member, world } from './world.ts';

const signal = new AbortController().signal;

describe('an image for two platforms', { skip: unavailable('engine', 'registry', 'build-engine'), timeout: 180_000 }, () => {
  let engines: readonly EngineHandle[];
  let host: string;
  let folder: string;
  const registry = ociRegistry({ credentials: { forRegistry: async () => undefined } });

  before(async () => {
    engines = [await bench().engine('29'), await bench().engine('20.10')];
    host = (await bench().registry()).host;
    folder = mkdtempSync(join(tmpdir(), 'waybill-platforms-'));
    copyFileSync('/bin/busybox', join(folder, 'busybox'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function portsFor(spec: Partial<BuildSpec>, members: readonly EngineHandle[]): Ports {
    const pool = members.map((engine) => member(`m${engine.generation}`, { ...tlsHost(engine) }));
    const repository = `${host}/platforms/app`;
    const own: BuildSpec = {
      ...orderOf(folder, `${repository}:1`).spec,
      platforms: ['linux/amd64', 'linux/arm64'],
      ...spec,
    };
    const made = world({ members: pool });
    const buildSpec = async () => ({ spec: { ...own, service: 'order-api', product: 'zero-dsp', pool: 'shared' }, problems: [] });
    const credentials = { forRegistry: async () => undefined };
    const secrets = { read: () => Promise.reject(new Error('none')) };
    return {
      ...made.ports,
      documents: { ...made.ports.documents, buildSpec },
      registry,
      engines: dockerEngines({ credentials, secrets, registry }),
    };
  }

  const dockerfile = (text: string): void => writeFileSync(join(folder, 'Dockerfile'), text);

  it("is one index; what runs by its digest is an engine's own", async () => {
    dockerfile('FROM scratch\nCOPY busybox /bin/busybox\nCMD ["/bin/busybox", "uname", "-m"]\n');
    const { release } = await createRelease(
      portsFor({ anyPlatform: true }, engines),
      { service: 'order-api', tag: 'both' },
      () => undefined,
      signal,
    );
    const { repository, digest } = release.identity.image;
    const index = await registry.describe(repository, 'both', signal);
    assert.deepEqual([index?.digest, index?.platforms], [digest, ['linux/amd64', 'linux/arm64']]);
    for (const architecture of ['amd64', 'arm64']) {
      const config = await registry.config({ repository, digest }, { os: 'linux', architecture }, signal);
      assert.equal(config.architecture, architecture);
    }
    // Docker's registry 2 removes no tags: those by which the engines pushed stay, and nothing is said of it.
    const own = await registry.resolve(repository, 'both-linux-amd64', signal);
    assert.ok(own);
    assert.equal(await registry.removeTag?.(repository, 'both-linux-amd64', own, signal), false);
    assert.equal(await registry.removeTag?.(repository, 'both', own, signal), false, 'a tag of another image is left alone');
    assert.equal(await registry.resolve(repository, 'both-linux-amd64', signal), own);
    for (const engine of engines)
      assert.equal((await engine.docker('run', '--rm', '--network=none', `${repository}@${digest}`)).trim(), 'x86_64');
  });

  it('with statements about each image beside it', async () => {
    dockerfile('FROM scratch\nCOPY busybox /bin/busybox\n');
    const ports = portsFor({ anyPlatform: true, provenance: 'max' }, engines.slice(0, 1));
    const { release } = await createRelease(ports, { service: 'order-api', tag: 'proved' }, () => undefined, signal);
    const { repository, digest } = release.identity.image;
    const entries = (await registry.manifest(repository, digest, signal))?.manifest.manifests ?? [];
    assert.deepEqual(
      entries.map(({ platform }) => platform?.architecture),
      ['amd64', 'unknown', 'arm64', 'unknown'],
    );
  });

  it('a step that would need emulation is refused, naming what each member is', async () => {
    dockerfile('FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "true"]\n');
    const error = await failureOf(createRelease(portsFor({}, engines), { service: 'order-api', tag: 'run' }, () => undefined, signal));
    assert.match(error.message, /tls-29` is linux\/amd64 and does not build linux\/arm64/);
    assert.match(error.message, /tls-20\.10` is linux\/amd64 and does not build linux\/arm64/);
    assert.equal(await registry.resolve(`${host}/platforms/app`, 'run', signal), undefined);
  });

  it('a base of one platform alone is found out, by the builder or by what the image says of itself', async () => {
    const base = `${host}/base/busybox:1`;
    await pushImage(base);
    dockerfile(`FROM ${base}\nCOPY busybox /x\n`);
    const ports = portsFor({ anyPlatform: true }, engines.slice(0, 1));
    const error = await failureOf(createRelease(ports, { service: 'order-api', tag: 'one' }, () => undefined, signal));
    assert.match(error.message, /InvalidBaseImagePlatform.*linux\/amd64.*linux\/arm64/);
    assert.deepEqual(error.at?.line, 1);
    assert.equal(await registry.resolve(`${host}/platforms/app`, 'one', signal), undefined);
  });
});
