import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Engine, type Generation, startEngine } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { contextFolder, open, orderOf, unixHost } from './dockerBench.ts';

const signal = new AbortController().signal;
const generations: readonly Generation[] = ['20.10', '29'];

for (const generation of generations) {
  describe(`disk of an engine ${generation}`, { skip: unavailable('engine', 'registry', 'build-engine'), timeout: 120_000 }, () => {
    let engine: Engine;
    let base: string;
    before(async () => {
      base = `${(await bench().registry()).host}/base/busybox:1`;
      await pushImage(base);
      engine = await startEngine({ generation });
    });
    after(() => engine.stop());

    it('tells the build cache, and cleans what is not used: the image stays, the next build is from the start', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN head -c 5000000 /dev/urandom > /large\nRUN rm /large\n` });
      using opened = open(unixHost(engine));
      const order = orderOf(folder.path, 'usage:1');
      await opened.engine.build(order, () => undefined, signal);
      const before = await opened.engine.usage(signal);
      // Cache that is a layer of an image as well counts as the image's on the older engine.
      assert.ok(before.images > 1_000_000 && before.images + before.cache >= 6_000_000, JSON.stringify(before));
      assert.equal(await opened.engine.cleanCache({ olderThan: 3600 }, signal), 0, 'everything is younger');
      await engine.docker('rmi', 'usage:1');
      assert.ok((await opened.engine.usage(signal)).reclaimable >= 5_000_000);
      assert.ok((await opened.engine.cleanCache({}, signal)) >= 5_000_000);
      assert.ok((await opened.engine.usage(signal)).cache < 1_000_000);
      assert.equal((await opened.engine.build(order, () => undefined, signal)).steps.cached, 0);
    });
  });
}
