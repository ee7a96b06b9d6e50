// The lock of a service on a real API server: two who read the same state and write at the same moment.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openContext } from '../../client/src/kubernetes/connection.ts';
import { takeLock } from '../../client/src/kubernetes/parent.ts';
import { type Api, apiOf } from '../../client/src/kubernetes/request.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { ImageByDigest } from '../../server/src/protocol.ts';
import { unavailable } from '../bench/shared.ts';
import { type Bench, deploy, intentOf, serviceOf, sharedBench, soon } from './kubernetesBench.ts';

describe('the lock of a service', { skip: unavailable('kubernetes') }, () => {
  const namespace = 'lock-race';
  let bench: Bench;
  let api: Api;
  let image: ImageByDigest;
  before(async () => {
    bench = await sharedBench();
    await bench.environment(namespace);
    image = await bench.image('web');
    api = apiOf(openContext(bench.cluster.context, { kubeconfigPaths: [bench.cluster.kubeconfig] }));
  });
  after(async () => {
    api.close();
    await bench[Symbol.asyncDispose]();
  });

  const order = (holder: string) => ({ namespace, service: serviceOf(image), holder, seconds: 60, keepRecords: 5 });

  /** An API whose first writes wait until `people` have come so far. */
  function abreast(people: number): Api {
    let arrived = 0;
    let go: () => void = () => undefined;
    const all = new Promise<void>((done) => {
      go = done;
    });
    return {
      ...api,
      send: async (request, signal) => {
        if (request.method === 'PATCH' || request.method === 'POST') {
          arrived++;
          if (arrived === people) go();
          await all;
        }
        return api.send(request, signal);
      },
    };
  }

  it('is had by one alone, when there is no record yet and when there is one', async () => {
    for (const round of ['first', 'second']) {
      const together = abreast(2);
      const settled = await Promise.allSettled(['ann', 'ben'].map((holder) => takeLock(together, order(holder), systemClock(), soon())));
      assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], round);
      const loser = settled.find((one) => one.status === 'rejected');
      assert.match(String(loser?.status === 'rejected' && loser.reason), /is being deployed by (ann|ben)/);
      for (const one of settled) if (one.status === 'fulfilled') await one.value.write([], true, soon());
    }
  });

  it('does not carry out a plan that another deployment has overtaken: what is applied is what was shown', async () => {
    const environment = await bench.environment('lock-overtaken');
    const intent = (value: string) => intentOf(environment, image, { env: [{ name: 'WHO', value }] });
    await deploy(bench.platform, intent('first'));
    const shown = await bench.platform.plan(intent('shown'), soon());
    await deploy(bench.platform, intent('between'));
    await assert.rejects(
      bench.platform.apply(shown, () => undefined, soon()),
      { waybill: 'conflict', message: /has changed since the plan was made/ },
    );
    const [last] = await bench.platform.history(environment, 'order-api', soon());
    assert.match(JSON.stringify(last?.effective.env), /"WHO","value":"between"/);
  });
});
