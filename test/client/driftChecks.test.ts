import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DriftPlace, driftChecks, driftKey, driftPlaces } from '../../client/src/state/driftChecks.ts';
import type { EnvironmentWatch } from '../../client/src/state/environmentWatches.ts';
import type { WorkspaceModel } from '../../server/src/protocol.ts';

const at = (service: string): DriftPlace => ({ service, environment: 'zero-dsp/dev' });
const settled = () => new Promise((done) => setImmediate(done));

describe('drift on the board', () => {
  it('is read two at a time, once in two minutes, and forgotten with what is no longer seen', async () => {
    const asked: string[] = [];
    let time = 0;
    let busy = 0;
    const clock = { now: () => new Date(time), sleep: async () => undefined };
    const checks = driftChecks(async ({ service }) => {
      asked.push(service);
      assert.ok(++busy <= 2);
      await settled();
      busy -= 1;
      if (service === 'p/c') throw new Error('nobody may look');
      return service === 'p/a' ? 3 : 0;
    }, clock);
    const all = ['p/a', 'p/b', 'p/c'].map(at);
    checks.want(all);
    for (let turn = 0; turn < 9; turn++) await settled();
    assert.deepEqual(
      [...checks.store.get()],
      [
        [driftKey(at('p/a')), 3],
        [driftKey(at('p/b')), 0],
      ],
    );
    checks.want(all);
    await settled();
    assert.equal(asked.length, 3);
    checks.know(at('p/a'), 0);
    assert.equal(checks.store.get().get(driftKey(at('p/a'))), 0);
    time += 120_000;
    checks.want([at('p/b')]);
    await settled();
    assert.deepEqual(asked.slice(3), ['p/b']);
    assert.equal(checks.store.get().has(driftKey(at('p/a'))), false);
  });

  it('is asked of what runs there, where that is known', () => {
    const services = [
      { service: 'order-api', health: 'Healthy', release: 'rel-1' },
      { service: 'gone', health: 'Missing', release: 'rel-1' },
      { service: 'of-others', health: 'Healthy' },
    ];
    const model = {
      environments: [
        { name: 'dev', product: 'zero-dsp' },
        { name: 'far', product: 'zero-dsp' },
      ],
    } as unknown as WorkspaceModel;
    const watches = new Map([['zero-dsp/dev', { state: 'live', value: { services } } as unknown as EnvironmentWatch]]);
    assert.deepEqual(driftPlaces(model, watches), [at('zero-dsp/order-api')]);
  });
});
