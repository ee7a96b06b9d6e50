import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeployEvent, EnvironmentState } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { deploy, soon } from './kubernetesBench.ts';
import { type Asked, type Breakable, type Line, startBreakable, startLine, type Trick } from './kubernetesFaults.ts';
import { image, intentOf, quick } from './kubernetesSamples.ts';

const intentIn = (environment: EnvironmentSummary, replicas = 1) => intentOf(environment, image, { replicas, rollout: quick(60) });
const isPatchOf = (asked: Asked, what: string): boolean => asked.method === 'PATCH' && `${asked.path}/`.includes(`/${what}/`);
const results = async (bench: Line, environment: EnvironmentSummary): Promise<readonly string[]> =>
  (await bench.platform.history(environment, 'order-api', soon())).map((record) => record.result);
/** Plays a trick the first `times` times that a request is chosen; a dry run is none of them. */
function play(bench: Line, chosen: (asked: Asked) => boolean, trick: Trick, times: number): { readonly at: number[] } {
  const at: number[] = [];
  bench.proxy.trick = (asked) => {
    if (at.length >= times || !chosen(asked)) return undefined;
    at.push(Date.now());
    return trick;
  };
  return { at };
}
/** Deploys; the trick begins with the apply, after the plan. */
async function deployUnder(bench: Line, environment: EnvironmentSummary, begin: () => void): Promise<readonly DeployEvent[]> {
  const events: DeployEvent[] = [];
  const plan = await bench.platform.plan(intentIn(environment), soon());
  const result = await bench.platform.apply(
    plan,
    (event) => {
      if (events.length === 0) begin();
      events.push(event);
    },
    soon(),
  );
  assert.equal(result.outcome, 'Succeeded', `${result.message}\n${JSON.stringify(events)}`);
  assert.doesNotMatch(result.message, /record/, 'nothing is said to be missing in the records');
  assert.deepEqual(await results(bench, environment), ['Succeeded']);
  return events;
}

function follow(bench: Line, environment: EnvironmentSummary) {
  const control = new AbortController();
  let last: EnvironmentState | undefined;
  const done = (async () => {
    for await (const state of bench.platform.observe(environment, control.signal)) last = state;
  })();
  return {
    until: async (what: (state: EnvironmentState) => boolean): Promise<void> => {
      for (let i = 0; i < 600 && !(last && what(last)); i++) await sleep(50);
      assert.ok(last && what(last), JSON.stringify(last));
    },
    stop: async (): Promise<void> => {
      control.abort();
      await done;
    },
  };
}

// What takes a minute by its nature does so beside the others, on a line of its own.
describe('a network that fails between here and the API server', { concurrency: 3 }, () => {
  let broken: Breakable;
  before(async () => {
    broken = await startBreakable();
  });
  after(() => broken?.[Symbol.asyncDispose]());

  describe('in the middle of a deployment', { concurrency: 1 }, () => {
    let bench: Line;
    before(async () => {
      bench = await startLine(broken.cluster, 'deploying');
    });
    after(() => bench?.[Symbol.asyncDispose]());
    beforeEach(() => {
      bench.proxy.trick = () => undefined;
      bench.proxy.skew = 0;
    });

    for (const [name, chosen] of [
      ['the lock', (asked: Asked) => asked.method === 'POST' && asked.path.endsWith('/configmaps')],
      ['the intent', (asked: Asked) => isPatchOf(asked, 'configmaps/waybill-order-api')],
      ['an object', (asked: Asked) => isPatchOf(asked, 'deployments')],
    ] as const) {
      it(`takes its own write for its own when the answer to it was lost: ${name}`, async () => {
        const environment = await bench.environment(`lost-${name.split(' ')[1]}`);
        let played: { readonly at: number[] } | undefined;
        await deployUnder(bench, environment, () => {
          played = play(bench, chosen, 'cut-after', 1);
        });
        assert.equal(played?.at.length, 1);
      });
    }

    it('takes the outcome for written when the answer to that was lost', async () => {
      const environment = await bench.environment('lost-outcome');
      let writes = 0;
      await deployUnder(bench, environment, () => {
        bench.proxy.trick = (asked) => (isPatchOf(asked, 'configmaps/waybill-order-api') && ++writes === 2 ? 'cut-after' : undefined);
      });
      assert.ok(writes >= 3);
    });

    it('waits as long as a 429 asks, and goes on', async () => {
      const environment = await bench.environment('busy');
      let played: { readonly at: number[] } | undefined;
      const begun = Date.now();
      await deployUnder(bench, environment, () => {
        played = play(bench, (asked) => isPatchOf(asked, 'deployments'), { status: 429, headers: { 'retry-after': '2' } }, 3);
      });
      const at = played?.at ?? [];
      assert.equal(at.length, 3);
      for (const [index, time] of at.slice(1).entries()) assert.ok(time - (at[index] ?? 0) >= 1990, `${time - (at[index] ?? 0)} ms`);
      assert.ok(Date.now() - begun < 30_000);
    });

    it('also follows a watch only when the server is ready for it', async () => {
      const environment = await bench.environment('busy-watch');
      let played: { readonly at: number[] } | undefined;
      await deployUnder(bench, environment, () => {
        played = play(bench, (asked) => asked.watch, { status: 429, headers: { 'retry-after': '1' } }, 6);
      });
      assert.ok((played?.at.length ?? 9) <= 6);
    });

    it('stops at a conflict that does not end, and says so in the record', async () => {
      const environment = await bench.environment('storm');
      const plan = await bench.platform.plan(intentIn(environment), soon());
      const conflict = { status: 409, body: { kind: 'Status', code: 409, reason: 'Conflict', message: 'the object has been modified' } };
      bench.proxy.trick = (asked) => (isPatchOf(asked, 'deployments') ? conflict : undefined);
      const began = bench.proxy.asked.length;
      const rejected = await bench.platform.apply(plan, () => undefined, soon()).catch((error: Error) => error);
      assert.match('message' in rejected ? rejected.message : '', /the object has been modified/);
      assert.ok(bench.proxy.asked.length - began < 60);
      bench.proxy.trick = () => undefined;
      const { result } = await deploy(bench.platform, intentIn(environment));
      assert.equal(result.outcome, 'Succeeded', result.message);
    });

    it('reads again what was cut in the middle, once', async () => {
      const environment = await bench.environment('middle');
      await deployUnder(bench, environment, () => {
        play(bench, (asked) => asked.method === 'GET' && !asked.watch, { cutBodyAfter: 40 }, 4);
      });
    });

    it('tells that the clocks are five minutes apart, and judges a lock by the cluster (S21)', async () => {
      const environment = await bench.environment('skewed');
      await deploy(bench.platform, intentIn(environment));
      bench.proxy.skew = 300_000;
      assert.match((await bench.platform.plan(intentIn(environment, 2), soon())).warnings.join(), /5 min behind the cluster's/);
      bench.proxy.skew = -300_000;
      const plan = await bench.platform.plan(intentIn(environment, 2), soon());
      assert.match(plan.warnings.join(), /5 min ahead of the cluster's/);
      // By our clock it has expired two minutes ago, by the cluster's it is held for three more.
      const lock = JSON.stringify({ id: 'other', holder: 'other@example.com', expires: new Date(Date.now() - 120_000).toISOString() });
      await bench.cluster.kubectl('annotate', 'configmap', 'waybill-order-api', '-n', 'skewed', `waybill.dev/lock=${lock}`);
      await assert.rejects(
        bench.platform.apply(plan, () => undefined, soon()),
        /is being deployed by other@example\.com/,
      );
      bench.proxy.skew = 0;
      const even = await bench.platform.plan(intentIn(environment, 2), soon());
      assert.doesNotMatch(even.warnings.join(), /clock/);
    });
  });

  describe('while one looks on', { concurrency: 1 }, () => {
    let bench: Line;
    before(async () => {
      bench = await startLine(broken.cluster, 'watching');
    });
    after(() => bench?.[Symbol.asyncDispose]());
    beforeEach(() => {
      bench.proxy.trick = () => undefined;
      bench.proxy.skew = 0;
    });

    it('shows the true state at the end when the watch is cut every second for a minute, with few requests and sockets', async () => {
      const environment = await bench.environment('cut');
      await deploy(bench.platform, intentIn(environment, 2));
      const watcher = follow(bench, environment);
      await sleep(1000);
      const began = bench.proxy.asked.length;
      const cutter = setInterval(bench.proxy.cut, 1000);
      let most = 0;
      for (let second = 0; second < 60; second++) {
        if (second % 15 === 5) await bench.cluster.kubectl('scale', 'deploy/order-api', '-n', 'cut', `--replicas=${2 + (second % 4)}`);
        await sleep(1000);
        // The connections of the plan are kept for some seconds.
        if (second > 8) most = Math.max(most, bench.proxy.open());
      }
      clearInterval(cutter);
      await bench.cluster.kubectl('scale', 'deploy/order-api', '-n', 'cut', '--replicas=4');
      await watcher.until((state) => state.services[0]?.ready === 4 && state.services[0]?.health === 'Healthy');
      const asked = bench.proxy.asked.slice(began);
      await watcher.stop();
      const lists = asked.filter((request) => !request.watch).length;
      process.stdout.write(`# 60 cuts: ${asked.length} requests, ${lists} lists, at most ${most} sockets\n`);
      assert.ok(asked.length < 300, `${asked.length} requests`);
      assert.ok(most <= 6, `${most} sockets`);
      await sleep(6000);
      assert.ok(bench.proxy.open() <= 2, `${bench.proxy.open()} sockets are left`);
    });
  });

  describe('or is slow, or forgets', { concurrency: 1 }, () => {
    let bench: Line;
    before(async () => {
      bench = await startLine(broken.cluster, 'slow');
    });
    after(() => bench?.[Symbol.asyncDispose]());
    beforeEach(() => {
      bench.proxy.trick = () => undefined;
      bench.proxy.skew = 0;
    });

    it('bears slow answers, and a server that answers later than it may is named as such', async () => {
      const environment = await bench.environment('slow');
      await deployUnder(bench, environment, () => {
        bench.proxy.trick = (asked) => (asked.method === 'PATCH' ? { delay: 2500 } : undefined);
      });
      bench.proxy.trick = () => ({ delay: 40_000 });
      const begun = Date.now();
      await assert.rejects(bench.platform.plan(intentIn(environment), soon()), /did not answer within 15 s/);
      assert.ok(Date.now() - begun < 20_000);
    });

    it('lists again after 410 Gone, without hurrying, and shows the true state', async () => {
      const environment = await bench.environment('gone');
      await deploy(bench.platform, intentIn(environment, 1));
      const gone = { status: 200, body: { type: 'ERROR', object: { kind: 'Status', metadata: {}, code: 410, reason: 'Expired' } } };
      const expired = { status: 410, body: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' } };
      let count = 0;
      bench.proxy.trick = (asked) => (asked.watch ? (count++ % 2 === 0 ? gone : expired) : undefined);
      const began = bench.proxy.asked.length;
      const watcher = follow(bench, environment);
      try {
        await sleep(15_000);
        const asked = bench.proxy.asked.length - began;
        process.stdout.write(`# 15 s of 410: ${asked} requests\n`);
        assert.ok(asked < 80, `${asked} requests`);
        await bench.cluster.kubectl('scale', 'deploy/order-api', '-n', 'gone', '--replicas=3');
        bench.proxy.trick = () => undefined;
        await watcher.until((state) => state.services[0]?.ready === 3);
      } finally {
        bench.proxy.trick = () => undefined;
        await watcher.stop();
      }
    });
  });
});
