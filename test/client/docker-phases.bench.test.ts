import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { builderQueue } from '../../client/src/delivery/builderQueue.ts';
import { candidates, onBestBuilder } from '../../client/src/delivery/choose.ts';
import type { DeliveryEvent } from '../../client/src/delivery/events.ts';
import { dockerEngines } from '../../client/src/docker/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { BuildEvent, BuildOrder, PushEvent } from '../../client/src/ports.ts';
import { ociRegistry } from '../../client/src/registry/index.ts';
import type { BuilderMember, BuilderPool } from '../../server/src/protocol.ts';
import { type Engine, type Generation, startEngine } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { contextFolder, failureOf, open, orderOf, unixHost, until } from './dockerBench.ts';

const signal = new AbortController().signal;
const skip = unavailable('engine', 'registry', 'build-engine');
const generations: readonly Generation[] = ['20.10', '29'];

for (const generation of generations) {
  describe(`a builder ${generation} that dies`, { skip, timeout: 180_000 }, () => {
    let engine: Engine;
    let base: string;
    let registry: string;
    let other: BuilderMember;

    before(async () => {
      registry = (await bench().registry()).host;
      base = `${registry}/base/busybox:1`;
      await pushImage(base);
      other = memberOf('other', unixHost(await bench().engine(generation)).host);
      engine = await startEngine({ generation });
    });
    after(() => engine.stop());

    function memberOf(name: string, host: string): BuilderMember {
      return { name, host, labels: {}, capacity: 1, weight: 1, draining: false, optional: false };
    }

    /** A pool in which the victim is the first choice of the order. */
    function poolFor(order: BuildOrder): BuilderPool {
      for (let number = 0; ; number++) {
        const members = [memberOf(`victim-${number}`, `unix://${engine.socket}`), other];
        const pool: BuilderPool = { name: 'shared', policy: 'affinity', maxQueue: 9, patience: 60, members };
        if (candidates(pool, order.spec).members[0]?.name === `victim-${number}`) return pool;
      }
    }

    function start(order: BuildOrder, hold: (event: BuildEvent) => void) {
      const clock = systemClock();
      const credentials = { forRegistry: async () => undefined };
      const engines = dockerEngines({
        credentials,
        secrets: { read: async () => Buffer.from('') },
        registry: ociRegistry({ credentials }),
      });
      const builders = builderQueue(clock);
      const pool = poolFor(order);
      const events: DeliveryEvent[] = [];
      const run = () =>
        onBestBuilder(
          { engines, builders, clock },
          { pool, spec: order.spec },
          (event) => events.push(event),
          signal,
          (chosen, _m, begun, limit) =>
            chosen.build(
              order,
              (event) => {
                if (event.type === 'step') begun();
                hold(event);
              },
              limit,
            ),
        );
      return { builders, pool, events, run };
    }

    const nothing = () => undefined;

    it('while a build waits for it: the next one takes it over, and the attempt is told', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN true\n` });
      const order = orderOf(folder.path, 'phase/queue:1');
      const { builders, pool, events, run } = start(order, nothing);
      const [victim] = pool.members;
      assert.ok(victim);
      const request = { pool: 'shared', service: 'p/one', members: () => [victim], policy: 'affinity', patience: 1, maxQueue: 9 } as const;
      const seat = await builders.seat(request, signal);
      const build = run();
      await until(() => builders.load(victim).waiting === 1, 10, 'the build waits');
      await engine.kill9();
      seat?.release();
      const { member, attempts } = await build;
      assert.deepEqual([member.name, attempts.length], ['other', 1]);
      assert.match(attempts[0]?.message ?? '', /nothing listens|no such socket/);
      assert.ok(events.some((event) => event.type === 'attempt'));
      await engine.restart();
    });

    it('during a step: the failure is told, and no other builder begins anew', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN sleep 30\n` });
      const killed: Promise<void>[] = [];
      const order = orderOf(folder.path, 'phase/step:1');
      const { builders, run } = start(order, (event) => {
        if (event.type === 'step' && /sleep 30/.test(event.name) && killed.length === 0) killed.push(engine.kill9());
      });
      const error = await failureOf(run());
      assert.deepEqual(
        [error.waybill, /connection was cut|nothing listens|no such socket/.test(error.message)],
        ['unreachable', true],
        error.message,
      );
      assert.deepEqual(builders.builds(), []);
      await Promise.all(killed);
      await engine.restart();
    });

    it('during the export of the image: the failure is told', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN head -c 200000000 /dev/zero > /large\n` });
      const killed: Promise<void>[] = [];
      const order = orderOf(folder.path, 'phase/export:1');
      const { run } = start(order, (event) => {
        if (event.type === 'step' && /^exporting/.test(event.name) && event.state === 'started' && killed.length === 0)
          killed.push(engine.kill9());
      });
      const error = await failureOf(run());
      assert.equal(killed.length, 1);
      assert.deepEqual([error.waybill, error.advice.length > 10], ['unreachable', true], error.message);
      await Promise.all(killed);
      await engine.restart();
    });

    it('during the push: the failure is told, and a second push succeeds', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN head -c 60000000 /dev/urandom > /large\n` });
      const repository = `${registry}/phase/push-${generation.replace('.', '-')}`;
      using opened = open(unixHost(engine));
      await opened.engine.build(orderOf(folder.path, `${repository}:1`), nothing, signal);
      const killed: Promise<void>[] = [];
      const kill = (event: PushEvent) => {
        if (event.current !== undefined && killed.length === 0) killed.push(engine.kill9());
      };
      const error = await failureOf(opened.engine.push(repository, '1', kill, signal));
      assert.equal(error.waybill, 'unreachable', error.message);
      await Promise.all(killed);
      await engine.restart();
      using again = open(unixHost(engine));
      assert.match((await again.engine.push(repository, '1', nothing, signal)).digest, /^sha256:/);
    });
  });
}
