import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adoptionOf } from '../../client/src/delivery/adoption.ts';
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

  it('adopt what the manifest can say, plan with it, and ask again for the rest', async () => {
    const where = { service: 'zero-dsp/order-api', environment: 'integration' };
    const held = (field: string, live: string, manifestPath?: string) => ({
      ...{ object: 'apps/v1/Deployment/order-api', manager: 'kubectl', field, live },
      ...(manifestPath ? { manifestPath } : {}),
    });
    const conflicts = [held('spec.minReadySeconds', '7', 'rollout.minReady'), held('spec.paused', 'true')];
    const asked: (readonly [number, number])[] = [];
    const written: unknown[] = [];
    const planned: DeployIntent[] = [];
    const platform = {
      plan: async (intent: DeployIntent) => {
        planned.push(intent);
        return { ...plan, conflicts: conflicts.slice(1), refusals: intent.choices ? [] : ['held'] };
      },
    } as unknown as Platform;
    const intent = intentOf(environment, image);
    const prepared = {
      ...{ platform, plan: { ...plan, conflicts }, intent, environment, service: { id: where.service } },
      again: async () => ({ ...intent, tag: 'by the manifest as it is now' }),
    } as unknown as PreparedDeployment;
    const decide = async (seen: Plan, adoptable: readonly unknown[]) => {
      asked.push([seen.conflicts?.length ?? 0, adoptable.length]);
      return { conflicts: adoptable.length > 0 ? ('adopt' as const) : ('leave' as const) };
    };
    const questions = { decide, confirm: async () => true, typeName: async () => undefined };
    const adopt = async (wanted: readonly unknown[]) => void written.push(...wanted);
    const done = await decided(prepared, { ...questions, adopt }, () => undefined, AbortSignal.timeout(1000));
    assert.deepEqual(written, [{ ...where, path: 'rollout.minReady', value: '7s' }]);
    assert.deepEqual(asked, [
      [2, 1],
      [1, 0],
    ]);
    assert.equal(planned.at(0)?.tag, 'by the manifest as it is now');
    assert.deepEqual(done.intent.choices, { leave: ['apps/v1/Deployment/order-api'] });
    // Where the configuration is that of a record, or nobody can write, there is nothing to adopt.
    const { again: _, ...recorded } = prepared;
    asked.length = 0;
    await decided(recorded, { ...questions, adopt }, () => undefined, AbortSignal.timeout(1000));
    await decided(prepared, questions, () => undefined, AbortSignal.timeout(1000));
    assert.deepEqual(asked, [
      [2, 0],
      [2, 0],
    ]);
  });

  it('adopt only what means the same in the manifest', () => {
    const value = (path: string, live: string) => adoptionOf({ service: 'p/s', environment: 'dev' }, path, live)?.value;
    assert.equal(value('scale.replicas', '3'), 3);
    assert.equal(value('env.A', '"x"'), 'x');
    assert.equal(value('resources.limits.memory', '"1Gi"'), '1Gi');
    assert.equal(value('rollout.progressDeadline', '90'), '90s');
    assert.equal(value('rollout.maxSurge', '"25%"'), undefined);
    assert.equal(value('health.readiness', '{"httpGet":{}}'), undefined);
    assert.equal(value('expose.type', '"LoadBalancer"'), undefined);
    assert.equal(value('expose.type', '"NodePort"'), 'NodePort');
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
