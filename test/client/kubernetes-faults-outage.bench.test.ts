import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import type { DeployEvent } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { fastClock, soon } from './kubernetesBench.ts';
import { type Breakable, expireLock, isLocked, startBreakable } from './kubernetesFaults.ts';
import { image, intentOf, quick } from './kubernetesSamples.ts';

// A cluster for each: the controllers of one that has often lost its API server come back ever more slowly.
describe('a deployment while the API server dies', { concurrency: 2 }, () => {
  const intentIn = (environment: EnvironmentSummary, value: string) =>
    intentOf(environment, image, { env: [{ name: 'GREETING', value }], rollout: quick(60) });
  const results = async (bench: Breakable, environment: EnvironmentSummary): Promise<readonly string[]> =>
    (await bench.platform.history(environment, 'order-api', soon())).map((record) => record.result);
  async function deployed(
    { platform }: Pick<Breakable, 'platform'>,
    environment: EnvironmentSummary,
    value: string,
    report: (event: DeployEvent) => void = () => undefined,
  ) {
    const plan = await platform.plan(intentIn(environment, value), soon());
    assert.deepEqual(plan.refusals, []);
    return platform.apply(plan, report, soon());
  }

  it('says that the cluster cannot be reached when a plan is wanted meanwhile, and plans again afterwards', async () => {
    await using bench = await startBreakable();
    const environment = await bench.environment('away');
    await bench.cluster.killApiServer();
    await assert.rejects(bench.platform.plan(intentIn(environment, 'one'), soon()), /cannot be reached/);
    await bench.cluster.restartApiServer();
    const result = await deployed(bench, environment, 'one');
    assert.equal(result.outcome, 'Succeeded', result.message);
  });

  for (const phase of ['lock', 'record', 'apply Deployment', 'rollout', 'verify', 'done']) {
    it(`goes on when the API server is killed and started again: ${phase}`, async () => {
      await using bench = await startBreakable();
      const environment = await bench.environment('away');
      let back: Promise<void> | undefined;
      const events: string[] = [];
      const result = await deployed(bench, environment, 'one', (event) => {
        const text = event.type === 'phase' ? `${event.phase} ${event.message}` : event.message;
        events.push(text);
        if (!back && text.startsWith(phase)) {
          back = bench.cluster
            .killApiServer()
            .then(() => sleep(1000))
            .then(bench.cluster.restartApiServer);
        }
      });
      await back;
      assert.ok(back, events.join('\n'));
      assert.equal(result.outcome, 'Succeeded', `${result.message}\n${events.join('\n')}`);
      assert.deepEqual(await results(bench, environment), ['Succeeded']);
      assert.equal(await isLocked(bench.cluster, 'away'), false);
      const next = await deployed(bench, environment, 'two');
      assert.equal(next.outcome, 'Succeeded', next.message);
      assert.deepEqual(await results(bench, environment), ['Succeeded', 'Succeeded']);
    });
  }

  it('ends as Errored when the API server stays away, says how far it came, and the record is ended by the next deployment', async () => {
    await using bench = await startBreakable();
    const environment = await bench.environment('away');
    const impatient = kubernetesPlatform({ clock: fastClock(15), kubeconfigPaths: [bench.proxy.kubeconfig] });
    let killed: Promise<void> | undefined;
    const result = await deployed({ platform: impatient }, environment, 'one', (event) => {
      if (event.type === 'phase' && event.message === 'Deployment order-api') killed ??= bench.cluster.killApiServer();
    });
    impatient.close();
    await killed;
    assert.equal(result.outcome, 'Errored');
    assert.match(result.message, /cannot be reached.*Applied so far: .*Service order-api\. The outcome could not be recorded/);
    await bench.cluster.restartApiServer();
    assert.deepEqual(await results(bench, environment), ['Pending']);
    await expireLock(bench.cluster, 'away');
    const next = await deployed(bench, environment, 'one');
    assert.equal(next.outcome, 'Succeeded', next.message);
    const [newest, older] = await bench.platform.history(environment, 'order-api', soon());
    assert.equal(newest?.result, 'Succeeded');
    assert.equal(older?.result, 'Errored');
    assert.match(older?.message ?? '', /Interrupted/);
  });
});
