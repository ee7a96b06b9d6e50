import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import type { DeploymentRecord, DeployResult } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { soon } from './kubernetesBench.ts';
import { type Breakable, expireLock, isLocked, startBreakable } from './kubernetesFaults.ts';
import { image, intentOf, quick } from './kubernetesSamples.ts';
import type { VictimOrder } from './kubernetesVictim.ts';

describe('a deployment whose deployer dies', { concurrency: 1 }, () => {
  let bench: Breakable;
  before(async () => {
    bench = await startBreakable();
  });
  after(() => bench?.[Symbol.asyncDispose]());

  const intentIn = (environment: EnvironmentSummary, value = 'one') =>
    intentOf(environment, image, { env: [{ name: 'GREETING', value }], rollout: quick(60) });
  const history = (environment: EnvironmentSummary): Promise<readonly DeploymentRecord[]> =>
    bench.platform.history(environment, 'order-api', soon());
  const results = async (environment: EnvironmentSummary): Promise<readonly string[]> =>
    (await history(environment)).map((record) => record.result);
  async function deployed(environment: EnvironmentSummary, value: string) {
    const plan = await bench.platform.plan(intentIn(environment, value), soon());
    assert.deepEqual(plan.refusals, []);
    return bench.platform.apply(plan, () => undefined, soon());
  }
  for (const phase of ['plan', 'lock', 'record', 'apply Service ', 'apply Deployment', 'rollout', 'verify', 'done']) {
    it(`leaves nothing unexplained when its process is killed: ${phase}`, async () => {
      const namespace = `killed-${phase.trim().toLowerCase().replace(' ', '-')}`;
      const environment = await bench.environment(namespace);
      const died = await victim({ kubeconfig: bench.proxy.kubeconfig, intent: intentIn(environment), dieAt: phase });
      assert.equal(died.signal, 'SIGKILL', died.output);
      const locked = !['plan', 'lock'].includes(phase);
      const begun = locked && phase !== 'record';
      assert.deepEqual(await results(environment), begun ? ['Pending'] : []);
      if (locked) {
        assert.equal(await isLocked(bench.cluster, namespace), true);
        await assert.rejects(deployed(environment, 'one'), /is being deployed by dev@example\.com; the lock expires at/);
        await expireLock(bench.cluster, namespace);
      }
      const next = await deployed(environment, 'one');
      assert.equal(next.outcome, 'Succeeded', next.message);
      const records = await history(environment);
      assert.deepEqual(
        records.map((record) => record.result),
        begun ? ['Succeeded', 'Errored'] : ['Succeeded'],
      );
      if (begun) assert.match(records[1]?.message ?? '', /Interrupted/);
    });
  }

  it('lets one of two processes through that deploy at the same moment, and the other says who it is', async () => {
    const environment = await bench.environment('both');
    bench.held.add('both');
    const order = { kubeconfig: bench.proxy.kubeconfig, intent: intentIn(environment) };
    const running = [victim(order), victim(order)];
    // The winner cannot end while its Pods are held, so the loser is first.
    await Promise.race(running);
    bench.held.delete('both');
    const ended = (await Promise.all(running)).map(({ output }) => JSON.parse(output) as DeployResult);
    assert.deepEqual(ended.map((result) => result.outcome).sort(), ['Succeeded', 'thrown']);
    assert.match(
      ended.find((result) => result.outcome !== 'Succeeded')?.message ?? '',
      /is being deployed by dev@example\.com|has changed/,
    );
    assert.deepEqual(await results(environment), ['Succeeded']);
  });
});

function victim(order: VictimOrder): Promise<{ readonly signal: string | undefined; readonly output: string }> {
  const script = new URL('kubernetesVictim.ts', import.meta.url).pathname;
  return new Promise((resolve) => {
    execFile(process.execPath, [script, JSON.stringify(order)], { timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ signal: error?.signal ?? undefined, output: stdout || stderr }),
    );
  });
}
