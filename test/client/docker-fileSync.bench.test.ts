import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import type { BuildEvent, BuiltImage } from '../../client/src/ports.ts';
import type { BuildSpec } from '../../server/src/protocol.ts';
import type { EngineHandle } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { contextFolder, open, orderOf, tlsHost, until } from './dockerBench.ts';

const skip = unavailable('engine', 'registry', 'build-engine');
const signal = new AbortController().signal;

/** The clock's, as archives tell it. */
const second = (): number => Math.floor(Date.now() / 1000);

describe('the context, asked for by the builder', { skip, timeout: 180_000 }, () => {
  let engine: EngineHandle;
  let base: string;
  before(async () => {
    engine = await bench().engine('29');
    base = `${(await bench().registry()).host}/base/busybox:1`;
    await pushImage(base);
  });

  /** Builds, and says how many bytes of the context were sent. */
  async function build(
    folder: string,
    tag: string,
    more: Partial<BuildSpec> = {},
  ): Promise<{ image: BuiltImage; sent: number; list: string }> {
    using opened = open(tlsHost(engine));
    let sent = 0;
    const report = (event: BuildEvent): void => {
      if (event.type === 'sent') sent = event.bytes;
    };
    const image = await opened.engine.build(orderOf(folder, tag, more), report, signal);
    return { image, sent, list: await engine.docker('run', '--rm', '--network=none', tag, '/bin/sh', '-c', 'mkdir -p /srv; find /srv') };
  }

  it('sends again only what has changed, even when size and second are the same', async () => {
    using folder = contextFolder({ Dockerfile: `FROM ${base}\nCOPY . /srv/\n`, big: 'x'.repeat(3_000_000), small: 'one' });
    const first = await build(folder.path, 'sync/changed:1');
    assert.ok(first.sent > 3_000_000, String(first.sent));
    const second = await build(folder.path, 'sync/changed:2');
    assert.deepEqual([second.sent, second.image.layers], [0, first.image.layers]);
    writeFileSync(`${folder.path}/small`, 'two');
    utimesSync(`${folder.path}/small`, 1, 1);
    const third = await build(folder.path, 'sync/changed:3');
    assert.equal(third.sent, 3);
    assert.equal(await engine.docker('run', '--rm', '--network=none', 'sync/changed:3', 'cat', '/srv/small'), 'two');
  });

  it('makes the same layers of the same contents, whenever and wherever the files were written', async () => {
    // Into the root, which has no entry in layers: BuildKit dates every other folder that COPY makes or writes into by the clock.
    const files = { Dockerfile: `FROM ${base}\nCOPY a/b.txt c /\n`, 'a/b.txt': 'same', c: 'same' };
    using one = contextFolder(files);
    using other = contextFolder(files);
    utimesSync(`${other.path}/c`, 86_400, 86_400);
    const first = await build(one.path, 'sync/same:1');
    await engine.docker('builder', 'prune', '--all', '--force');
    // So that a date of the clock would show.
    const began = second();
    await until(() => second() > began, 5, 'another second');
    const again = await build(other.path, 'sync/same:2');
    assert.deepEqual([again.image.steps.cached, again.image.layers], [0, first.image.layers]);
  });

  it('follows links of sources, and sends nothing that no instruction takes', async () => {
    using folder = contextFolder({
      Dockerfile: `FROM ${base}\nCOPY current/*.txt link /srv/\n`,
      'v2/a.txt': 'a',
      'v2/b.bin': 'x'.repeat(2_000_000),
      'target.txt': 't',
      unused: 'x'.repeat(2_000_000),
    });
    symlinkSync('v2', `${folder.path}/current`);
    symlinkSync('target.txt', `${folder.path}/link`);
    const { sent, list } = await build(folder.path, 'sync/links:1');
    assert.deepEqual(list.trim().split('\n').sort(), ['/srv', '/srv/a.txt', '/srv/link']);
    assert.ok(sent < 2_000, String(sent));
  });

  it('prefers the ignore file of the Dockerfile, and takes exceptions below ignored folders', async () => {
    using folder = contextFolder({
      Dockerfile: `FROM ${base}\nCOPY . /srv/\n`,
      'Dockerfile.dockerignore': 'deep\n!deep/in/taken\nDockerfile*\n.dockerignore\n',
      '.dockerignore': 'general\n',
      general: 'g',
      'deep/in/taken': 't',
      'deep/in/left': 'l',
    });
    const { list } = await build(folder.path, 'sync/ignore:1');
    assert.deepEqual(list.trim().split('\n').sort(), ['/srv', '/srv/deep', '/srv/deep/in', '/srv/deep/in/taken', '/srv/general']);
  });

  it('takes names with blanks, commas, line breaks and letters of the world, and many of them', async () => {
    using folder = contextFolder({
      Dockerfile: `FROM ${base}\nCOPY ["größe, eins", "/srv/"]\nCOPY many /srv/many\n`,
      'größe, eins/ü 😀': 'x',
    });
    mkdirSync(`${folder.path}/many`);
    for (let index = 0; index < 3000; index++) writeFileSync(`${folder.path}/many/${index}`, String(index));
    writeFileSync(`${folder.path}/many/line\nbreak`, 'x');
    const { list } = await build(folder.path, 'sync/names:1');
    assert.ok(list.includes('/srv/ü 😀') && list.includes('/srv/many/line\nbreak'), list.slice(0, 500));
    assert.equal(list.trim().split('\n').length, 3000 + 2 + 3);
  });
});
