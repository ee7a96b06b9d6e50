import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { choicesOf, decided } from '../../client/src/delivery/choices.ts';
import type { PreparedDeployment } from '../../client/src/delivery/deploy.ts';
import type { DeployIntent, Plan, Platform } from '../../client/src/ports.ts';
import { environment, image, intentOf } from '../client/kubernetesSamples.ts';

const plan: Plan = {
  environment: 'integration',
  service: 'order-api',
  release: 'rel-0123456789ab',
  image,
  identity: [],
  changes: [],
  warnings: ['of the delivery', 'of the platform'],
  refusals: ['held'],
  conflicts: [
    { object: 'apps/v1/Deployment/order-api', manager: 'kubectl', field: 'spec.replicas' },
    { object: 'apps/v1/Deployment/order-api', manager: 'kubectl', field: 'spec.paused' },
  ],
  leftovers: ['v1/Service/order-api'],
  hash: 'sha256:1',
  token: undefined,
};

describe('decisions on a plan', () => {
  it('are about its own conflicts and leftovers only', () => {
    assert.deepEqual(choicesOf({ plan }, { conflicts: 'take-over' }), { takeOver: ['apps/v1/Deployment/order-api'] });
    assert.deepEqual(choicesOf({ plan }, { conflicts: 'leave', prune: true }), { leave: ['apps/v1/Deployment/order-api'], prune: true });
    assert.equal(choicesOf({ plan }, {}), undefined);
    const { conflicts: _, leftovers: __, ...calm } = plan;
    assert.equal(choicesOf({ plan: calm }, { conflicts: 'take-over', prune: true }), undefined);
  });

  it('draw the plan anew with them, and what is the delivery’s own to say is said again', async () => {
    const seen: DeployIntent[] = [];
    const platform = {
      plan: async (intent: DeployIntent) => {
        seen.push(intent);
        return { ...plan, refusals: [], warnings: ['of the new plan'] };
      },
    } as unknown as Platform;
    const intent = intentOf(environment, image);
    const prepared = { platform, plan, intent, notes: ['of the delivery'] } as unknown as PreparedDeployment;
    const ask = (decision: Parameters<typeof choicesOf>[1] | undefined) =>
      decided(
        prepared,
        { decide: async () => decision, confirm: async () => true, typeName: async () => undefined },
        () => undefined,
        AbortSignal.timeout(1000),
      );
    assert.equal((await ask(undefined)).plan, plan);
    assert.equal(seen.length, 0);
    const again = await ask({ prune: true });
    assert.deepEqual(seen[0]?.choices, { prune: true });
    assert.deepEqual(again.intent.choices, { prune: true });
    assert.deepEqual(again.plan.warnings, ['of the delivery', 'of the new plan']);
  });
});
