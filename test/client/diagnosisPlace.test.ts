import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diagnosisPlace } from '../../client/src/delivery/diagnosisPlace.ts';
import type { Diagnosis, Documents } from '../../client/src/ports.ts';
import { effective } from '../../server/src/core/features/effective.ts';
import { service, serviceUri, workspace } from '../features/yamlFixture.ts';

const documents = {
  effective: async (id: string, environment: string) => effective(workspace(), id, environment),
} satisfies Pick<Documents, 'effective'>;

/** The text that would be marked. */
async function marked(manifestPath: string | undefined, environment = 'dev'): Promise<string | undefined> {
  const diagnosis: Diagnosis = {
    ...{ kind: 'probe', summary: '', evidence: [], advice: '', log: [] },
    ...(manifestPath === undefined ? {} : { manifestPath }),
  };
  const place = await diagnosisPlace(documents, 'zero-dsp/order-api', environment, diagnosis, AbortSignal.timeout(1000));
  if (!place) return undefined;
  assert.equal(place.uri, serviceUri);
  const { start, end } = place.range;
  return service.split('\n')[start.line]?.slice(start.character, end.character);
}

describe('the line that is to blame', () => {
  it('is the key that the diagnosis names', async () => {
    assert.equal(await marked('health.readiness'), 'readiness');
    assert.equal(await marked('resources.requests.memory'), 'memory');
    assert.equal(await marked('env.DB_PASSWORD'), 'DB_PASSWORD');
  });
  it('is the nearest key above one that nobody wrote', async () => {
    assert.equal(await marked('resources.limits.memory'), 'resources');
    assert.equal(await marked('health.startup'), 'health');
  });
  it('is none where nothing of it is written, or nothing is named', async () => {
    assert.equal(await marked('rollout.progressDeadline'), undefined);
    assert.equal(await marked(undefined), undefined);
  });
  it('is the override of the environment where that decides', async () => {
    assert.equal(await marked('network.mode', 'it'), 'mode');
  });
});
