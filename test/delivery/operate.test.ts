import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driftIn, reapply } from '../../client/src/delivery/drift.ts';
import { type OperationQuestion, operate } from '../../client/src/delivery/operate.ts';
import type { DriftedField, Operation, OperationOrder, Ports, Workload } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { environment, world } from './world.ts';

const signal = new AbortController().signal;
const silent = () => undefined;
const guarded = (more: Partial<EnvironmentSummary['protected']> = {}, rest: Partial<EnvironmentSummary> = {}) =>
  environment('production', [], { protected: { on: true, confirm: 'yes-no', gates: [], forbid: [], ...more }, ...rest });
const field = (path: string, more: Partial<DriftedField> = {}): DriftedField => ({
  object: 'apps/v1/Deployment/order-api',
  path,
  image: false,
  ...more,
});

function running(where: EnvironmentSummary, workload: Partial<Workload> = {}, fields: readonly DriftedField[] = []) {
  const { ports: base } = world({ environments: [where] });
  const orders: OperationOrder[] = [];
  const asked: OperationQuestion[] = [];
  const platform = base.platforms.of(where.target);
  const ports: Ports = {
    ...base,
    platforms: {
      of: () => ({
        ...platform,
        workload: async () => ({ replicas: 4, ready: 4, paused: false, version: 'v1', ...workload }),
        operate: async (order) => {
          orders.push(order);
          return { outcome: 'Succeeded', message: 'done' };
        },
        drift: async () => ({ service: 'order-api', fields }),
        reapply: async () => ({ outcome: 'Succeeded', message: 'set back' }),
      }),
    },
  };
  const questions = (typed?: string) => ({
    confirm: async (question: OperationQuestion) => asked.push(question) > 0,
    typeName: async () => typed,
  });
  const run = (operation: Operation, typed?: string) =>
    operate(ports, { service: 'order-api', environment: where.name, operation }, questions(typed), silent, signal);
  return { ports, orders, asked, run, questions };
}
const to = (replicas: number): Operation => ({ kind: 'scale', replicas });

describe('operating a service', () => {
  it('asks with what is to be minded, and does it on the state that was shown', async () => {
    const { run, orders, asked } = running(environment('dev', []));
    assert.equal((await run(to(1)))?.outcome, 'Succeeded');
    assert.equal(asked[0]?.message, 'Scale order-api in dev from 4 to 1?');
    assert.match(asked[0]?.warnings.join() ?? '', /75 % of the capacity goes/);
    assert.deepEqual([orders[0]?.version, orders[0]?.by], ['v1', 'jane@example.com']);
  });
  it('wants the name typed in a protected environment when half of the capacity or more goes', async () => {
    const { run, orders } = running(guarded());
    assert.equal(await run(to(2)), undefined);
    await assert.rejects(run(to(2), 'prod'), { waybill: 'refused' });
    assert.equal(orders.length, 0);
    assert.equal((await run(to(3)))?.outcome, 'Succeeded');
    assert.equal((await run(to(2), 'production'))?.outcome, 'Succeeded');
  });
  it('does not do what is forbidden', async () => {
    const { run, orders } = running(guarded({ forbid: ['scale-to-zero', 'restart'] }));
    await assert.rejects(run(to(0), 'production'), /`scale-to-zero` is forbidden in `production`/);
    await assert.rejects(run({ kind: 'restart' }), /`restart` is forbidden/);
    assert.equal(orders.length, 0);
  });
  it('says where it cannot: another platform, nothing there, no number', async () => {
    const { ports } = world({ environments: [environment('dev', [])] });
    const order = { service: 'order-api', environment: 'dev', operation: to(1) };
    const never = { confirm: async () => true, typeName: async () => undefined };
    await assert.rejects(operate(ports, order, never, silent, signal), /kind `compose` cannot be scaled/);
    const { run } = running(environment('dev', []));
    await assert.rejects(run(to(1.5)), { waybill: 'usage' });
    await assert.rejects(run(to(-1)), { waybill: 'usage' });
  });
});

describe('drift', () => {
  const image = field('spec.template.spec.containers[order-api].image', { image: true });
  it('of the image is an error where it is protected, and is never ignored', async () => {
    const where = guarded({}, { ignoreDrift: ['*'] });
    const { ports } = running(where, {}, [image, field('spec.replicas')]);
    const [found] = await driftIn(ports, { environment: 'production', service: 'order-api' }, signal);
    assert.deepEqual([found?.severity, found?.fields.length, found?.ignored.length], ['error', 1, 1]);
  });
  it('is ignored by whole parts of a path', async () => {
    const where = environment('dev', [], { ignoreDrift: ['spec.replicas', 'metadata.labels', 'spec.*.env[A]'] });
    const paths = ['spec.replicas', 'spec.replicasX', 'metadata.labels.team', 'spec.template.env[A].value', 'spec.template.env[AB].value'];
    const { ports } = running(
      where,
      {},
      paths.map((path) => field(path)),
    );
    const [found] = await driftIn(ports, { environment: 'dev' }, signal);
    assert.deepEqual(
      found?.fields.map(({ path }) => path),
      ['spec.replicasX', 'spec.template.env[AB].value'],
    );
  });
  it('is set back only after the name was typed where that is asked for', async () => {
    const { ports, questions } = running(guarded({ confirm: 'type-name' }), {}, [image]);
    const [found] = await driftIn(ports, { environment: 'production' }, signal);
    assert.ok(found);
    assert.equal(await reapply(ports, found, questions(), silent, signal), undefined);
    await assert.rejects(reapply(ports, found, questions('x'), silent, signal), { waybill: 'refused' });
    assert.equal((await reapply(ports, found, questions('production'), silent, signal))?.outcome, 'Succeeded');
  });
});
