import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRelease } from '../../client/src/delivery/release.ts';
import { fail } from '../../client/src/errors.ts';
import { digest, member, world } from './world.ts';

const signal = new AbortController().signal;
const quiet = (): void => undefined;
const platforms = ['linux/amd64', 'linux/arm64'];
const both = [member('amd', { labels: { arch: 'amd64' } }), member('arm', { labels: { arch: 'arm64' } })];

describe('a release for several platforms', () => {
  it('builds each on a member that has it, compiles once, and is the index', async () => {
    const artifact = { command: ['mvn'], folder: '/w', outputs: [], container: 'maven@sha256:1' };
    const { ports, compiled, registry } = world({ spec: { platforms, artifact }, members: both });
    const indexed: unknown[] = [];
    const putIndex: typeof ports.registry.putIndex = (repository, tag, images, stop) => {
      indexed.push(images);
      return ports.registry.putIndex(repository, tag, images, stop);
    };
    const { release, built } = await createRelease(
      { ...ports, registry: { ...ports.registry, putIndex } },
      { service: 'order-api' },
      quiet,
      signal,
    );
    assert.deepEqual(
      built.platforms?.map(({ platform, member: { name } }) => `${platform} ${name}`),
      ['linux/amd64 amd', 'linux/arm64 arm'],
    );
    assert.deepEqual(compiled, ['amd: mvn']);
    assert.equal(release.identity.image.digest, digest('e'));
    assert.equal(release.build.builder, 'shared/amd, shared/arm');
    const tags = [...registry.keys()].filter((name) => !name.includes('@'));
    const tagOf = (platform: string) => tags.find((tag) => tag.endsWith(`-${platform.replace('/', '-')}`))?.replace(/^.*:/, '');
    // With the tag of each, so that it can go as soon as the index names the image.
    assert.deepEqual(indexed, [platforms.map((platform) => ({ platform, digest: digest('a'), tag: tagOf(platform) }))]);
    assert.ok(tags.some((tag) => tag.endsWith('-linux-arm64')) && tags.some((tag) => tag.endsWith('-linux-amd64')), tags.join());
  });

  it('is refused when no member has one of them; nothing is pushed', async () => {
    const { ports, registry } = world({ spec: { platforms }, members: both.slice(0, 1) });
    await assert.rejects(createRelease(ports, { service: 'order-api' }, quiet, signal), /`amd`: builds amd64, not linux\/arm64/);
    assert.deepEqual([...registry.keys()], []);
  });

  it('is made on any member when no step runs on the platform', async () => {
    const { ports } = world({ spec: { platforms, anyPlatform: true }, members: both.slice(0, 1) });
    const { built } = await createRelease(ports, { service: 'order-api' }, quiet, signal);
    assert.deepEqual(
      built.platforms?.map(({ member: { name } }) => name),
      ['amd', 'amd'],
    );
  });

  it('fails whole when one platform fails', async () => {
    const build = (name: string) => (name === 'arm' ? fail('build-failed', 'arm says no', '') : {});
    const { ports, builds, registry } = world({ spec: { platforms }, members: both, build });
    await assert.rejects(createRelease(ports, { service: 'order-api' }, quiet, signal), /arm says no/);
    assert.deepEqual([builds[0]?.outcome, [...registry.keys()]], ['Failed', []]);
  });
});
