import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { RebaseOrder } from '../../client/src/ports.ts';
import { type OciRegistry, ociRegistry } from '../../client/src/registry/index.ts';
import type { ImageByDigest } from '../../server/src/protocol.ts';
import type { EngineHandle } from '../bench/engine.ts';
import { pushImage, type SeedImage } from '../bench/images.ts';
import type { RegistryAddress } from '../bench/registry.ts';
import { account, bench, unavailable } from '../bench/shared.ts';
import { contextFolder, failureOf, open, orderOf, unixHost } from './dockerBench.ts';

const skip = unavailable('engine', 'registry', 'build-engine');
const signal = new AbortController().signal;

describe('a rebase in the registry', { skip, timeout: 180_000 }, () => {
  let engine: EngineHandle;
  let registry: RegistryAddress;
  let closed: RegistryAddress;
  let client: OciRegistry;
  let seed: string;

  before(async () => {
    engine = await bench().engine('29');
    registry = await bench().registry();
    closed = await bench().registryWithAccount();
    client = ociRegistry({
      credentials: {
        forRegistry: async (host) => (host === closed.host ? { username: account.user, password: account.password } : undefined),
      },
    });
    seed = `${registry.host}/base/busybox:1`;
    await pushImage(seed);
  });

  /** Builds and pushes an image; `repository` is a path in the registry. */
  async function make(repository: string, dockerfile: string, files: Readonly<Record<string, string>> = {}): Promise<ImageByDigest> {
    using folder = contextFolder({ Dockerfile: dockerfile, ...files });
    using opened = open(unixHost(engine));
    const full = `${registry.host}/${repository}`;
    await opened.engine.build(orderOf(folder.path, `${full}:1`), () => undefined, signal);
    const { digest } = await opened.engine.push(full, '1', () => undefined, signal);
    return { repository: full, digest };
  }

  function order(image: ImageByDigest, from: ImageByDigest, to: ImageByDigest): RebaseOrder {
    return { image, from, to, labels: { 'org.opencontainers.image.base.digest': to.digest } };
  }

  const run = (reference: string, ...command: readonly string[]) => engine.docker('run', '--rm', '--network=none', reference, ...command);

  it('puts the layers of a service on a patched base: the image runs, with the files of both and the settings of each', async () => {
    const one = await make(
      'rebase/base',
      `FROM ${seed}\nRUN mkdir -p /opt && echo one >/opt/version\nENV SHARED=one OWN=base\nUSER 1000\nENTRYPOINT ["cat"]\nLABEL of=base\n`,
    );
    const two = await make(
      'rebase/base',
      `FROM ${seed}\nRUN mkdir -p /opt && echo two >/opt/version && echo fixed >/opt/patch\nENV SHARED=two OWN=base\nUSER 1000\nENTRYPOINT ["cat"]\nLABEL of=base\n`,
    );
    const app = await make(
      'rebase/app',
      `FROM ${one.repository}@${one.digest}\nENV OWN=app\nCOPY app.txt /opt/app.txt\nCMD ["/opt/app.txt", "/opt/version", "/opt/patch"]\n`,
      { 'app.txt': 'the app\n' },
    );
    const plan = await client.planRebase(order(app, one, two), signal);
    assert.deepEqual([plan.refusals, plan.mustVerify], [[], false]);
    assert.deepEqual(plan.warnings, ['the variable `SHARED` of the base changes: `one` → `two`']);
    const made = await client.rebase(plan, '1-rebased.1', signal);
    assert.equal(made.copied, 0);
    const image = `${app.repository}@${made.digest}`;
    assert.equal(await run(image), 'the app\ntwo\nfixed\n');
    assert.equal(
      await engine.docker('run', '--rm', '--network=none', '--entrypoint=/bin/sh', image, '-c', 'echo $SHARED $OWN; id -u'),
      'two app\n1000\n',
    );
    const config = await client.config({ repository: app.repository, digest: made.digest }, { os: 'linux', architecture: 'amd64' }, signal);
    assert.equal(config.config?.Labels?.['org.opencontainers.image.base.digest'], two.digest);
    assert.equal(config.config?.Labels?.of, 'base');
    assert.equal(await client.resolve(app.repository, '1-rebased.1', signal), made.digest);
    // The same again is the same image.
    assert.equal((await client.rebase(plan, '1-rebased.2', signal)).digest, made.digest);
  });

  it('refuses an image on another base, lost variables, a missing entrypoint, triggers and other platforms, and says which', async () => {
    const base = await make('refuse/base', `FROM ${seed}\nRUN echo base >/base\nENV NEEDED=1\nENTRYPOINT ["/bin/agent"]\n`);
    const bare = await make('refuse/bare', `FROM ${seed}\nRUN echo bare >/base\nONBUILD RUN echo\n`);
    const app = await make('refuse/app', `FROM ${base.repository}@${base.digest}\nRUN echo app >/app\n`);
    const other = await make('refuse/other', `FROM ${seed}\nRUN echo elsewhere >/app\n`);
    const { refusals } = await client.planRebase(order(app, base, bare), signal);
    assert.deepEqual(refusals, [
      'the new base has ONBUILD triggers, which only run in a build',
      'it takes Entrypoint from its base, and the new base has none',
      'it takes the variable `NEEDED` from its base, and the new base has none',
    ]);
    const foreign = await client.planRebase(order(other, base, base), signal);
    assert.match(foreign.refusals[0] ?? '', /`base\/not-inherited`/);
    const error = await failureOf(client.rebase(foreign, 'x', signal));
    assert.equal(error.waybill, 'refused');
    assert.equal(await client.resolve(other.repository, 'x', signal), undefined);
  });

  it('says when the service deletes files of its base, and not when it deletes its own', async () => {
    const base = await make('delete/base', `FROM ${seed}\nRUN mkdir /etc/app && echo 1 >/etc/app/a && echo 2 >/etc/app/b\n`);
    const newer = await make('delete/base', `FROM ${seed}\nRUN mkdir /etc/app && echo 3 >/etc/app/a && echo 4 >/etc/app/b\n`);
    const app = await make(
      'delete/app',
      `FROM ${base.repository}@${base.digest}\nRUN echo own >/etc/app/own\nRUN rm /etc/app/own /etc/app/a\n`,
    );
    const plan = await client.planRebase(order(app, base, newer), signal);
    assert.deepEqual([plan.refusals, plan.mustVerify, plan.warnings], [[], true, ['it deletes files of its base: `/etc/app/a`']]);
    const made = await client.rebase(plan, 'r', signal);
    assert.equal(await run(`${app.repository}@${made.digest}`, '/bin/ls', '/etc/app'), 'b\n');
  });

  it('copies layers from a base in another registry, with an account of its own for each (S7)', async () => {
    const base = await make('across/base', `FROM ${seed}\nRUN echo old >/v\n`);
    const app = await make('across/app', `FROM ${base.repository}@${base.digest}\nRUN echo app >/app\n`);
    const elsewhere = `${closed.host}/across/base`;
    const digest = await pushImage(`${elsewhere}:2`, {}, account);
    const plan = await client.planRebase(order(app, base, { repository: elsewhere, digest }), signal);
    assert.deepEqual(plan.refusals, []);
    const made = await client.rebase(plan, 'r', signal);
    assert.equal(await run(`${app.repository}@${made.digest}`, '/bin/cat', '/app'), 'app\n');
    const stranger = ociRegistry({ credentials: { forRegistry: async () => undefined } });
    assert.equal(
      (await failureOf(stranger.planRebase(order(app, base, { repository: elsewhere, digest }), signal))).waybill,
      'unauthorized',
    );
  });

  it('never puts an image in the place of another tag', async () => {
    const base = await make('tags/base', `FROM ${seed}\nRUN echo 1 >/v\n`);
    const newer = await make('tags/base', `FROM ${seed}\nRUN echo 2 >/v\n`);
    const app = await make('tags/app', `FROM ${base.repository}@${base.digest}\nRUN echo app >/app\n`);
    const plan = await client.planRebase(order(app, base, newer), signal);
    const error = await failureOf(client.rebase(plan, '1', signal));
    assert.deepEqual([error.waybill, /exists/.test(error.message)], ['refused', true]);
    assert.equal(await client.resolve(app.repository, '1', signal), app.digest);
  });

  describe('of an image for several platforms', () => {
    const platforms = ['amd64', 'arm64'] as const;

    /** A base image for both, made without an engine; `more` is said of one of them. */
    async function bases(
      tag: string,
      architectures: readonly string[],
      more: Readonly<Record<string, SeedImage>> = {},
    ): Promise<ImageByDigest> {
      const repository = `${registry.host}/several/base`;
      const images = [];
      for (const architecture of architectures) {
        const files = { '/opt/version': `${tag} for ${architecture}\n` };
        const digest = await pushImage(`${repository}:${tag}-${architecture}`, { architecture, files, ...more[architecture] });
        images.push({ platform: `linux/${architecture}`, digest });
      }
      return { repository, digest: await client.putIndex(repository, tag, images, signal) };
    }

    /** An image on a base, for both. */
    async function application(base: ImageByDigest, tag: string): Promise<ImageByDigest> {
      const repository = `${registry.host}/several/app`;
      const dockerfile = `FROM ${base.repository}@${base.digest}\nCOPY own /opt/own\nCMD ["cat", "/opt/own", "/opt/version"]\n`;
      using folder = contextFolder({ Dockerfile: dockerfile, own: 'its own\n' });
      using opened = open(unixHost(engine));
      const images = [];
      for (const architecture of platforms) {
        const one = `${tag}-${architecture}`;
        const platform = `linux/${architecture}`;
        await opened.engine.build(orderOf(folder.path, `${repository}:${one}`, { platforms: [platform] }), () => undefined, signal);
        images.push({ platform, digest: (await opened.engine.push(repository, one, () => undefined, signal)).digest });
      }
      return { repository, digest: await client.putIndex(repository, tag, images, signal) };
    }

    it('exchanges the base of each, and the index runs', async () => {
      const [one, two] = [await bases('one', platforms), await bases('two', platforms)];
      const app = await application(one, 'first');
      const plan = await client.planRebase(order(app, one, two), signal);
      assert.deepEqual([plan.refusals, plan.warnings, plan.layers], [[], [], { exchanged: 1, kept: 1, now: 1 }]);
      const made = await client.rebase(plan, 'first-rebased.1', signal);
      assert.equal(made.copied, 0);
      assert.equal(await client.resolve(app.repository, 'first-rebased.1', signal), made.digest);
      assert.equal(await run(`${app.repository}@${made.digest}`), 'its own\ntwo for amd64\n');
      for (const architecture of platforms) {
        const of = { os: 'linux', architecture };
        const [own, below] = [await client.config({ ...app, digest: made.digest }, of, signal), await client.config(two, of, signal)];
        const before = await client.config(app, of, signal);
        assert.deepEqual(own.rootfs.diff_ids, [...below.rootfs.diff_ids, ...before.rootfs.diff_ids.slice(1)]);
        assert.equal(own.config?.Labels?.['org.opencontainers.image.base.digest'], two.digest);
      }
      assert.deepEqual((await client.describe(app.repository, made.digest, signal))?.platforms, ['linux/amd64', 'linux/arm64']);
      // The images of the platforms have no tags of their own.
      const { tags } = (await (await fetch(`http://${registry.host}/v2/several/app/tags/list`)).json()) as { tags: readonly string[] };
      assert.deepEqual(
        tags.filter((tag) => tag.includes('rebased')),
        ['first-rebased.1'],
      );
      assert.equal((await client.rebase(plan, 'first-rebased.2', signal)).digest, made.digest, 'the same again is the same');
      assert.equal((await failureOf(client.rebase(plan, 'first', signal))).waybill, 'refused', 'no tag is taken from another image');
    });

    it('refuses all when one cannot be, and says which', async () => {
      const one = await bases('needs', platforms, { arm64: { env: { NEEDED: '1' }, files: { '/opt/version': 'x' } } });
      const app = await application(one, 'second');
      const { refusals } = await client.planRebase(order(app, one, await bases('lacks', platforms)), signal);
      assert.deepEqual(refusals, ['linux/arm64: it takes the variable `NEEDED` from its base, and the new base has none']);
      const error = await failureOf(client.planRebase(order(app, one, await bases('half', ['amd64'])), signal));
      assert.deepEqual([error.waybill, /has no image for linux\/arm64/.test(error.message)], ['refused', true]);
    });
  });
});
