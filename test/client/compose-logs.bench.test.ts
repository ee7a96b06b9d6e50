// Tailing and watching services on a real Docker Engine while instances and the engine itself go down and come back.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Platform } from '../../client/src/ports.ts';
import { type Engine, type Generation, startEngine } from '../bench/engine.ts';
import { type Registry, startRegistry } from '../bench/registry.ts';
import {
  assertCounting,
  collect,
  deploy,
  environmentOf,
  intentOf,
  platform,
  programs,
  publish,
  soon,
  stateOf,
  textOf,
  until,
} from './composeBench.ts';

for (const generation of ['20.10', '29'] as const satisfies readonly Generation[]) {
  describe(`logs and state on Docker Engine ${generation}`, () => {
    let engine: Engine;
    let registry: Registry;
    let on: Platform;
    let one: { repository: string; digest: string };
    let two: { repository: string; digest: string };

    before(async () => {
      [engine, registry] = await Promise.all([startEngine({ generation, tls: false }), startRegistry()]);
      on = platform();
      one = await publish(registry, 'v1', programs.good('v1'));
      two = await publish(registry, 'v2', programs.good('v2'));
    });
    after(async () => {
      on.close();
      await Promise.all([engine.stop(), registry.stop()]);
    });

    it('tails every instance through kill, restart and replacement, without a gap or a duplicate', async (t) => {
      const environment = environmentOf('tail', [engine]);
      await deploy(on, intentOf(environment, one, 'v1', { replicas: 2 }));
      const stop = new AbortController();
      t.after(() => stop.abort());
      const tail = collect(on.logs(environment, { service: 'order-api', follow: true }, stop.signal));
      await until('lines of both instances', () =>
        [1, 2].every((number) => textOf(tail.items, `tail-order-api-${number}`).some((line) => line.startsWith('v1 line'))),
      );
      await engine.docker('restart', '-t', '3', 'tail-order-api-1');
      await until(
        'the restarted instance counts again',
        () => textOf(tail.items, 'tail-order-api-1').filter((line) => line === 'v1 line 3').length === 2,
      );
      const lines = textOf(tail.items, 'tail-order-api-1');
      const bye = lines.indexOf('v1 bye');
      assert.ok(bye > 0, 'the last words before the restart');
      assertCounting(lines.slice(0, bye), 'v1');
      assertCounting(lines.slice(bye), 'v1');
      assert.equal(lines[0], 'v1 up');

      await deploy(on, intentOf(environment, two, 'v2', { replicas: 2 }));
      await until('lines of the new release', () =>
        [3, 4].every((number) => textOf(tail.items, `tail-order-api-${number}`).includes('v2 line 3')),
      );
      const fresh = textOf(tail.items, 'tail-order-api-3');
      assert.equal(fresh[0], 'v2 up');
      assertCounting(fresh, 'v2');
      assertCounting(textOf(tail.items, 'tail-order-api-2'), 'v1');
      assert.equal(textOf(tail.items, 'tail-order-api-2').at(-1), 'v1 bye');
      const markers = tail.items
        .flat()
        .filter((line) => line.marker)
        .map((line) => line.text);
      for (const text of [
        /tail-order-api-3 \(alias-v2\) started on host-1/,
        /tail-order-api-2 stopped \(exit code 0\)/,
        /tail-order-api-2 was removed/,
      ]) {
        assert.ok(
          markers.some((marker) => text.test(marker)),
          `${text} in ${markers.join(' | ')}`,
        );
      }
      stop.abort();
      assert.equal(((await tail.done) as { waybill?: string }).waybill, 'cancelled');
    });

    it('goes on after the engine was killed and started again, and the state follows', async (t) => {
      const environment = environmentOf('daemon', [engine]);
      await deploy(on, intentOf(environment, one, 'v1'));
      const stop = new AbortController();
      t.after(() => stop.abort());
      const tail = collect(on.logs(environment, { service: 'order-api', follow: true, tail: 2 }, stop.signal));
      const states = collect(on.observe(environment, stop.signal));
      await until('a few lines', () => textOf(tail.items).length > 5);
      await until('healthy', () => stateOf(states.items)?.health === 'Healthy');
      assert.equal(stateOf(states.items)?.digest, one.digest);
      await engine.kill9();
      await until('the loss is told', () => tail.items.flat().some((line) => line.marker && /Trying again/.test(line.text)));
      await until('unknown', () => stateOf(states.items)?.health === 'Unknown');
      await engine.restart();
      const before = textOf(tail.items).length;
      await until('lines again', () => textOf(tail.items).length > before + 5, 40);
      await until('healthy again', () => stateOf(states.items)?.health === 'Healthy', 40);
      const lines = textOf(tail.items);
      const restarts = lines.flatMap((line, index) => (line === 'v1 up' ? [index] : []));
      // An engine that was killed starts its containers anew: each life counts from 1, and none has a gap or a duplicate.
      const cuts = [0, ...restarts, lines.length];
      for (let life = 1; life < cuts.length; life += 1) assertCounting(lines.slice(cuts[life - 1], cuts[life]), 'v1');
      stop.abort();
      await Promise.all([tail.done, states.done]);
    });

    it('reads the present log once, by tail and since', async () => {
      const environment = environmentOf('once', [engine]);
      await deploy(on, intentOf(environment, one, 'v1'));
      const read = async (query: { tail?: number; since?: string }) => {
        const all = collect(on.logs(environment, { service: 'order-api', follow: false, ...query }, soon()));
        assert.equal(await all.done, undefined);
        return all.items.flat();
      };
      await until('five lines', async () => (await read({})).length > 5);
      assert.equal((await read({ tail: 2 })).length, 2);
      const all = await read({});
      assert.equal(all[0]?.text, 'v1 up');
      const third = all[2];
      assert.ok(third);
      assert.deepEqual((await read({ since: third.time })).slice(0, 2), all.slice(2, 4));
    });

    it('a slow reader gets everything, and the engine waits for it', async () => {
      const environment = environmentOf('slow', [engine]);
      const chatty = await publish(
        registry,
        'v4',
        `#!/bin/sh\ntrap 'exit 0' TERM\nseq 1 100000 | sed 's/^/v4 line /'\nwhile :; do sleep 0.2; done\n`,
      );
      await deploy(on, intentOf(environment, chatty, 'v4', { health: {} }));
      let next = 1;
      let batches = 0;
      for await (const batch of on.logs(environment, { service: 'order-api', follow: true }, soon())) {
        for (const line of batch) {
          if (line.marker) continue;
          assert.equal(line.text, `v4 line ${next}`);
          next += 1;
        }
        batches += 1;
        if (batches % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        if (next > 100_000) break;
      }
      assert.equal(next, 100_001);
    });

    it('the state shows a kill, the restart and a release, by events', async (t) => {
      const environment = environmentOf('seen', [engine]);
      await deploy(on, intentOf(environment, one, 'v1'));
      const stop = new AbortController();
      t.after(() => stop.abort());
      const states = collect(on.observe(environment, stop.signal));
      await until('healthy', () => stateOf(states.items)?.health === 'Healthy');
      const now = stateOf(states.items);
      assert.deepEqual(
        [now?.ready, now?.wanted, now?.release, now?.alias, now?.tag, now?.digest],
        [1, 1, 'rel-v1', 'alias-v1', 'v1', one.digest],
      );
      assert.equal(now?.instances[0]?.phase, 'Ready');
      await engine.docker('exec', 'seen-order-api-1', 'sh', '-c', 'kill -9 -1; kill -TERM 1');
      await until('a restart is seen', () => states.items.some((state) => (stateOf([state])?.instances[0]?.restarts ?? 0) > 0));
      await until('healthy again', () => stateOf(states.items)?.health === 'Healthy');
      await engine.docker('kill', 'seen-order-api-1');
      await until('degraded', () => stateOf(states.items)?.health === 'Degraded');
      assert.equal(stateOf(states.items)?.instances[0]?.reason, 'exit code 137');
      await deploy(on, intentOf(environment, two, 'v2'));
      await until('the new release', () => stateOf(states.items)?.digest === two.digest && stateOf(states.items)?.health === 'Healthy');
      stop.abort();
      await states.done;
    });

    it('an unreachable host is said to be so, and does not hide the others', async (t) => {
      const environment = environmentOf('half', [engine]);
      await deploy(on, intentOf(environment, one, 'v1'));
      const gone = { name: 'host-9', host: 'unix:///nonexistent/docker.sock', labels: {} };
      assert.ok('hosts' in environment.target && Array.isArray(environment.target.hosts));
      const half = { ...environment, target: { ...environment.target, hosts: [...environment.target.hosts, gone] } };
      const stop = new AbortController();
      t.after(() => stop.abort());
      const states = collect(on.observe(half, stop.signal));
      await until('both are told', () => {
        const state = stateOf(states.items);
        return state?.health === 'Unknown' && /host-9/.test(state.message ?? '') && state.ready === 1;
      });
      stop.abort();
      await states.done;
      const none = { ...environment, target: { ...environment.target, hosts: [gone] } };
      const lost = collect(on.observe(none, soon()));
      assert.equal(((await lost.done) as { waybill?: string }).waybill, 'unreachable');
      const silent = collect(on.logs(none, { service: 'order-api', follow: true }, soon()));
      assert.equal(((await silent.done) as { waybill?: string }).waybill, 'unreachable');
      await assert.rejects(on.plan(intentOf(half, one, 'v1'), soon()), { waybill: 'unreachable' });
    });
  });
}
