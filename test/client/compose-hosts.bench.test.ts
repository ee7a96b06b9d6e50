// One environment of two Docker Engines of different generations, reached by TLS and by socket.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Platform } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { type Engine, startEngine } from '../bench/engine.ts';
import { type Registry, startRegistry } from '../bench/registry.ts';
import { collect, deploy, environmentOf, intentOf, platform, programs, publish, soon, stateOf, textOf, until } from './composeBench.ts';

describe('two compose hosts', () => {
  let engines: readonly [Engine, Engine];
  let registry: Registry;
  let environment: EnvironmentSummary;
  let on: Platform;
  const names = async (engine: Engine): Promise<string[]> =>
    (await engine.docker('ps', '--format', '{{.Names}}')).split('\n').filter(Boolean).sort();

  before(async () => {
    const [old, recent, store] = await Promise.all([startEngine(), startEngine({ generation: '29', tls: false }), startRegistry()]);
    engines = [old, recent];
    registry = store;
    const { ca, cert, key, host, port } = old.tcp;
    const hosts = [
      { name: 'old', host: `tcp://${host}:${port}`, tls: { ca, cert, key }, labels: {} },
      { name: 'new', host: `unix://${recent.socket}`, labels: {} },
    ];
    environment = { ...environmentOf('two', []), target: { kind: 'compose', project: 'two', hosts, placement: 'spread' } };
    on = platform();
  });
  after(async () => {
    on.close();
    await Promise.all([...engines.map((engine) => engine.stop()), registry.stop()]);
  });

  it('share the replicas, replace them in batches, and each knows the history', async (t) => {
    const one = await publish(registry, 'v1', programs.good('v1'));
    const two = await publish(registry, 'v2', programs.good('v2'));
    assert.equal((await deploy(on, intentOf(environment, one, 'v1', { replicas: 3 }))).outcome, 'Succeeded');
    assert.deepEqual([await names(engines[0]), await names(engines[1])], [['two-order-api-1', 'two-order-api-2'], ['two-order-api-3']]);
    const stop = new AbortController();
    t.after(() => stop.abort());
    const tail = collect(on.logs(environment, { service: 'order-api', follow: true }, stop.signal));
    const states = collect(on.observe(environment, stop.signal));
    await until('lines of all', () => [1, 2, 3].every((number) => textOf(tail.items, `two-order-api-${number}`).length > 0));
    assert.equal((await deploy(on, intentOf(environment, two, 'v2', { replicas: 3 }))).outcome, 'Succeeded');
    assert.deepEqual([(await names(engines[0])).length, (await names(engines[1])).length], [2, 1]);
    await until('the state of all', () => stateOf(states.items)?.health === 'Healthy' && stateOf(states.items)?.digest === two.digest);
    assert.equal(stateOf(states.items)?.instances.length, 3);
    assert.deepEqual([...new Set(stateOf(states.items)?.instances.map((instance) => instance.where))].sort(), ['new', 'old']);
    // At no time were fewer than all instances ready: new ones are up before old ones go.
    const readiness = states.items.map((state) => stateOf([state])?.ready ?? 0);
    assert.ok(Math.min(...readiness.slice(readiness.findIndex((ready) => ready >= 3))) >= 3, readiness.join());
    stop.abort();
    await Promise.all([tail.done, states.done]);
  });

  it('a failure on the second host also takes back what was done on the first', async () => {
    const good = await publish(registry, 'v3', programs.good('v3'));
    await deploy(on, intentOf(environment, good, 'v3', { replicas: 2 }));
    const before = [await names(engines[0]), await names(engines[1])];
    const next = await publish(registry, 'v4', programs.good('v4'));
    const rollout = { ...intentOf(environment, next, 'v4').service.rollout, progressDeadline: 5 };
    const plan = await on.plan(intentOf(environment, next, 'v4', { replicas: 2, rollout }), soon());
    const result = await on.apply(
      plan,
      (event) => {
        // The first batch is healthy; the second one's process is killed as soon as it runs.
        if (event.type === 'phase' && /Starting two-order-api-\d on new/.test(event.message))
          void crash(engines[1], /two-order-api-\d+/.exec(event.message)?.[0] ?? '');
      },
      soon(),
    );
    assert.equal(result.outcome, 'Failed');
    assert.deepEqual([await names(engines[0]), await names(engines[1])], before);
  });

  it('a host that is down refuses the plan, while history and state go on', async () => {
    await engines[0].kill9();
    const image = { repository: `${registry.host}/zero/order-api`, digest: `sha256:${'0'.repeat(64)}` };
    await assert.rejects(on.plan(intentOf(environment, image, 'v5'), soon()), { waybill: 'unreachable', message: /`old`/ });
    const history = await on.history(environment, 'order-api', soon());
    assert.deepEqual(
      history.map(({ result }) => result),
      ['Failed', 'Succeeded', 'Succeeded', 'Succeeded'],
    );
    await engines[0].restart();
  });

  it('the same daemon under two names is refused', async () => {
    await assert.rejects(on.identify(environmentOf('same', [engines[1], engines[1]]), soon()), {
      waybill: 'wrong-target',
      message: /the same daemon/,
    });
  });
});

async function crash(engine: Engine, name: string): Promise<void> {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    await engine.docker('kill', name).catch(() => undefined);
  }
}
