import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeployEvent, EnvironmentState, LogLine, LogQuery } from '../../client/src/ports.ts';
import type { EnvironmentSummary, ImageByDigest } from '../../server/src/protocol.ts';
import type { Kubernetes } from '../bench/kubernetes.ts';
import { type Bench, deploy, intentOf, soon, startBench } from './kubernetesBench.ts';

describe('a running service in Kubernetes', { concurrency: 1 }, () => {
  let bench: Bench<Kubernetes>;
  let ticker: ImageByDigest;
  before(async () => {
    bench = await startBench();
    ticker = await bench.image('ticker');
  });
  /** Ends what a test that failed still follows: else its process would wait for it. */
  const following = new AbortController();
  after(async () => {
    following.abort();
    await bench?.[Symbol.asyncDispose]();
  });

  async function running(namespace: string, image = ticker, replicas = 1): Promise<EnvironmentSummary> {
    const environment = await bench.environment(namespace);
    const { result } = await deploy(bench.platform, intentOf(environment, image, { replicas }));
    assert.equal(result.outcome, 'Succeeded', result.message);
    return environment;
  }
  const pods = async (namespace: string): Promise<string[]> =>
    (await bench.cluster.kubectl('get', 'pods', '-n', namespace, '-o', 'name')).trim().split('\n');

  /** Follows a log in the background. */
  function tail(environment: EnvironmentSummary, query: Partial<LogQuery> = {}) {
    const control = new AbortController();
    const lines: LogLine[] = [];
    const done = (async () => {
      const signal = AbortSignal.any([control.signal, following.signal]);
      for await (const batch of bench.platform.logs(environment, { service: 'order-api', follow: true, ...query }, signal))
        lines.push(...batch);
    })();
    const until = async (what: () => boolean, seconds = 30): Promise<void> => {
      for (let i = 0; i < seconds * 20 && !what(); i++) await sleep(50);
      assert.ok(what(), `${what} after ${seconds} s; ${lines.length} lines, the last ${JSON.stringify(lines.slice(-3))}`);
    };
    const stop = async (): Promise<void> => {
      control.abort();
      await done;
    };
    const numbers = (instance: string): number[] =>
      lines.filter((line) => line.instance === instance && !line.marker).map((line) => Number(/line (\d+)$/.exec(line.text)?.[1]));
    const instances = (): string[] => [...new Set(lines.map((line) => line.instance))];
    return { lines, until, stop, numbers, instances };
  }
  const consecutive = (numbers: readonly number[]): void => {
    const wrong = numbers.findIndex((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1);
    assert.equal(wrong, -1, `after ${numbers[wrong - 1]} comes ${numbers[wrong]}`);
  };

  // The kubelet lets them wait: they wait together.
  describe('whose cluster works', { concurrency: 3 }, () => {
    it('shows itself to an observer: at once, when an instance is killed, and healthy again', async () => {
      const environment = await running('observed', ticker, 2);
      const control = new AbortController();
      const states: EnvironmentState[] = [];
      const done = (async () => {
        for await (const state of bench.platform.observe(environment, AbortSignal.any([control.signal, following.signal])))
          states.push(state);
      })();
      const service = () => states.at(-1)?.services[0];
      const until = async (what: () => boolean): Promise<void> => {
        for (let i = 0; i < 400 && !what(); i++) await sleep(50);
        assert.ok(what(), JSON.stringify(service()));
      };
      await until(() => service()?.health === 'Healthy');
      const first = service();
      assert.equal(first?.ready, 2);
      assert.equal(first?.digest, ticker.digest);
      assert.equal(first?.release, 'rel-0123456789ab');
      assert.equal(first?.alias, 'brave-otter');
      assert.deepEqual(
        first?.instances.map(({ phase, ready, digest, where }) => [phase, ready, digest, where]),
        Array(2).fill(['Ready', true, ticker.digest, 'node-1']),
      );
      const victim = first?.instances[0]?.name ?? '';
      await bench.cluster.kubectl('delete', 'pod', victim, '-n', 'observed', '--wait=false');
      await until(() => service()?.instances.some((instance) => instance.phase === 'Draining') ?? false);
      await until(() => service()?.health === 'Healthy' && !service()?.instances.some((instance) => instance.name === victim));
      assert.equal(service()?.instances.length, 2);
      control.abort();
      await done;
    });

    it('is tailed without gap or duplicate while its instances are killed', async () => {
      const environment = await running('killed', ticker, 2);
      const log = tail(environment);
      await log.until(() => log.instances().length === 2 && log.lines.length > 100);
      const [first] = await pods('killed');
      await bench.cluster.kubectl('delete', '-n', 'killed', '--wait=false', first ?? '');
      await log.until(() => log.instances().length === 3 && log.lines.some((line) => line.marker && /is gone/.test(line.text)));
      await sleep(500);
      await log.stop();
      for (const instance of log.instances()) {
        const numbers = log.numbers(instance);
        assert.equal(numbers[0], 1, `${instance} begins with its first line`);
        assert.ok(numbers.length > 10, instance);
        consecutive(numbers);
      }
      assert.ok(log.lines.some((line) => line.marker && line.text === 'a new instance'));
    });

    it('is tailed from run to run when its container is restarted, with a mark in between', async () => {
      const environment = await bench.environment('lasting');
      const plan = await bench.platform.plan(intentOf(environment, await bench.image('lasting')), soon());
      // It never becomes healthy: it is left alone as soon as it is applied.
      const applied = new AbortController();
      const report = (event: DeployEvent) => event.type === 'phase' && event.phase === 'rollout' && applied.abort();
      await bench.platform.apply(plan, report, applied.signal).catch(() => undefined);
      const log = tail(environment);
      const restart = () => log.lines.findIndex((line) => line.marker && /restarted/.test(line.text));
      await log.until(() => restart() > 0 && log.lines.length > restart() + 100, 60);
      await log.stop();
      const shown = log.lines.filter((line) => !line.marker || /restarted/.test(line.text));
      const runs = shown
        .map((line) => (line.marker ? '|' : line.text.replace('run line ', '')))
        .join(' ')
        .split('|');
      const whole = Array.from({ length: 100 }, (_, index) => index + 1).join(' ');
      // The run that was the present one when the tail began, and the next.
      assert.deepEqual(
        runs.slice(0, 2).map((run) => run.trim()),
        [whole, whole],
      );
    });

    it('gives the last lines of each instance, and ends there', async () => {
      const environment = await running('short', ticker, 2);
      await sleep(1000);
      const lines: LogLine[] = [];
      for await (const batch of bench.platform.logs(environment, { service: 'order-api', follow: false, tail: 5 }, soon()))
        lines.push(...batch);
      assert.equal(lines.length, 10);
      assert.match(lines[0]?.time ?? '', /^\d{4}-\d\d-\d\dT.*\.\d{9}Z$/);
      const [middle] = lines.slice(2);
      const later: LogLine[] = [];
      const query = { service: 'order-api', follow: false, since: middle?.time ?? '' };
      for await (const batch of bench.platform.logs(environment, query, soon())) later.push(...batch);
      const same = later.filter((line) => line.instance === middle?.instance);
      assert.equal(same[0]?.text, middle?.text);
    });

    it('is heard even when it says nothing for longer than a request may take, and only what is new is shown when asked for', async () => {
      const environment = await running('quiet', await bench.image('quiet'));
      const log = tail(environment, { tail: 0 });
      await sleep(17_000);
      const [only] = await pods('quiet');
      await bench.cluster.kubectl('delete', '-n', 'quiet', '--wait=false', only ?? '');
      await log.until(() => log.lines.some((line) => line.text === 'said'));
      await log.stop();
      const loud = tail(await running('loud'), { tail: 0 });
      await loud.until(() => loud.lines.length > 20);
      await loud.stop();
      const numbers = loud.numbers(loud.instances()[0] ?? '');
      assert.ok((numbers[0] ?? 0) > 1);
      consecutive(numbers);
    });

    it('holds its log back for a slow reader and loses nothing', async () => {
      const environment = await running('slow');
      const numbers: number[] = [];
      for await (const batch of bench.platform.logs(environment, { service: 'order-api', follow: true }, soon())) {
        numbers.push(...batch.map((line) => Number(line.text.replace('line ', ''))));
        await sleep(200);
        if (numbers.length > 200) break;
      }
      consecutive(numbers);
    });
  });

  describe('whose API server goes away', { concurrency: 1 }, () => {
    it('says that the connection is lost while the API server is away, and comes back', async () => {
      const environment = await running('away');
      const control = new AbortController();
      const states: EnvironmentState[] = [];
      const done = (async () => {
        for await (const state of bench.platform.observe(environment, AbortSignal.any([control.signal, following.signal])))
          states.push(state);
      })();
      const health = () => states.at(-1)?.services[0]?.health;
      const until = async (wanted: string): Promise<void> => {
        for (let i = 0; i < 800 && health() !== wanted; i++) await sleep(50);
        assert.equal(health(), wanted);
      };
      await until('Healthy');
      await bench.cluster.killApiServer();
      await until('Unknown');
      await bench.cluster.restartApiServer();
      await until('Healthy');
      control.abort();
      await done;
    });

    it('is tailed without gap or duplicate across a restart of the API server', async () => {
      const environment = await running('restarted');
      const log = tail(environment);
      await log.until(() => log.lines.length > 100);
      // Asked to end, it would wait a minute for the open streams.
      await bench.cluster.killApiServer();
      await bench.cluster.restartApiServer();
      const before = log.lines.length;
      await log.until(() => log.lines.length > before + 300);
      await log.stop();
      assert.equal(log.instances().length, 1);
      assert.equal(log.lines.filter((line) => line.marker).length, 0);
      consecutive(log.numbers(log.instances()[0] ?? ''));
    });
  });
});
