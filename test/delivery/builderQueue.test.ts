import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builderQueue } from '../../client/src/delivery/builderQueue.ts';
import type { Clock, Seat, SeatRequest } from '../../client/src/ports.ts';
import { member } from './world.ts';

/** A clock that goes when told to. */
function handClock(): Clock & { pass(milliseconds: number): Promise<void> } {
  let now = 0;
  let sleepers: { until: number; wake(): void }[] = [];
  return {
    now: () => new Date(now),
    sleep: (milliseconds, signal) =>
      new Promise((wake, reject) => {
        const sleeper = { until: now + milliseconds, wake };
        sleepers.push(sleeper);
        signal.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        });
      }),
    async pass(milliseconds) {
      now += milliseconds;
      for (const sleeper of sleepers.filter(({ until }) => until <= now)) sleeper.wake();
      sleepers = sleepers.filter(({ until }) => until > now);
      await settled();
    },
  };
}

const settled = () => new Promise((done) => setImmediate(done));
const never = new AbortController().signal;
const a = member('a');
const b = member('b');

function request(more: Partial<SeatRequest> = {}): SeatRequest {
  return { pool: 'shared', service: 'p/one', members: () => [a, b], policy: 'affinity', patience: 30_000, maxQueue: 50, ...more };
}

/** Asks for a seat; `on` says where it was given, as soon as it was. */
function asked(queue: ReturnType<typeof builderQueue>, more: Partial<SeatRequest> = {}, signal = never) {
  const state: { seat?: Seat; on?: string } = {};
  void queue.seat(request(more), signal).then(
    (seat) => Object.assign(state, seat ? { seat, on: seat.member.name } : { on: 'nobody' }),
    (error: Error) => Object.assign(state, { on: `refused: ${error.message}` }),
  );
  return state;
}

describe('seats on builders', () => {
  it('a build waits for the builder whose cache is warm, and takes another only when its patience is over', async () => {
    const clock = handClock();
    const queue = builderQueue(clock);
    const first = asked(queue);
    const second = asked(queue);
    await settled();
    assert.deepEqual([first.on, second.on], ['a', undefined]);
    assert.deepEqual(queue.load(a), { running: 1, foreign: 0, waiting: 1 });
    await clock.pass(29_999);
    assert.equal(second.on, undefined);
    await clock.pass(1);
    assert.equal(second.on, 'b');
  });

  it('goes to its first choice as soon as that is free', async () => {
    const queue = builderQueue(handClock());
    const first = asked(queue);
    const second = asked(queue);
    await settled();
    first.seat?.release();
    await settled();
    assert.equal(second.on, 'a');
  });

  it('least-busy takes the member with the smallest share of its capacity in use', async () => {
    const big = member('big', { capacity: 4 });
    const queue = builderQueue(handClock());
    const places = Array.from({ length: 5 }, () => asked(queue, { policy: 'least-busy', members: () => [a, big] }));
    await settled();
    assert.deepEqual(
      places.map(({ on }) => on),
      ['a', 'big', 'big', 'big', 'big'],
    );
  });

  it('is fair between services: one that has nothing running goes before one that has', async () => {
    const queue = builderQueue(handClock());
    const running = asked(queue, { members: () => [a] });
    const greedy = asked(queue, { members: () => [a] });
    const modest = asked(queue, { members: () => [a], service: 'p/two' });
    await settled();
    asked(queue, { members: () => [b] });
    await settled();
    running.seat?.release();
    await settled();
    assert.deepEqual([greedy.on, modest.on], [undefined, 'a']);
  });

  it('never gives more seats than a member has, however often one is released', async () => {
    const queue = builderQueue(handClock());
    const two = member('two', { capacity: 2 });
    const places = Array.from({ length: 4 }, () => asked(queue, { members: () => [two] }));
    await settled();
    places[0]?.seat?.release();
    places[0]?.seat?.release();
    await settled();
    assert.equal(queue.load(two).running, 2);
    assert.equal(places.filter(({ on }) => on).length, 3);
  });

  it('a cancelled wait leaves nothing behind', async () => {
    const queue = builderQueue(handClock());
    const stop = new AbortController();
    asked(queue, { members: () => [a] });
    const waiting = asked(queue, { members: () => [a] }, stop.signal);
    await settled();
    stop.abort(new Error('cancelled by the user'));
    await settled();
    assert.equal(waiting.on, 'refused: cancelled by the user');
    assert.deepEqual(queue.load(a), { running: 1, foreign: 0, waiting: 0 });
  });

  it('refuses more waiting builds than the pool allows', async () => {
    const queue = builderQueue(handClock());
    for (let taken = 0; taken < 2; taken++) asked(queue, { members: () => [a], maxQueue: 1 });
    await assert.rejects(queue.seat(request({ members: () => [a], maxQueue: 1 }), never), { waybill: 'refused', message: /`maxQueue`/ });
  });

  it('a member that failed three times in a row is left alone for a minute, unless there is no other', async () => {
    const clock = handClock();
    const queue = builderQueue(clock, () => 0.5);
    for (let times = 0; times < 3; times++) queue.failed(a);
    assert.equal(queue.load(a).pausedUntil, 60_000);
    const elsewhere = asked(queue);
    const only = asked(queue, { members: () => [a] });
    await settled();
    assert.deepEqual([elsewhere.on, only.on], ['b', 'a']);
    only.seat?.release();
    elsewhere.seat?.release();
    await clock.pass(60_000);
    const again = asked(queue);
    await settled();
    assert.equal(again.on, 'a');
    queue.answered(a, 0);
    queue.failed(a);
    assert.equal(queue.load(a).pausedUntil, undefined);
  });

  it('builds of other windows count, as far as the daemon tells', async () => {
    const queue = builderQueue(handClock());
    const two = member('two', { capacity: 2 });
    queue.answered(two, 2);
    const waiting = asked(queue, { members: () => [two] });
    await settled();
    assert.equal(waiting.on, undefined);
    queue.answered(two, 1);
    await settled();
    assert.equal(waiting.on, 'two');
    assert.ok(queue.answered(two, 1));
    assert.ok(!queue.answered(two, 2), 'a seat that others took first is to be given back');
  });

  it('what a daemon told of others is believed for five seconds', async () => {
    const clock = handClock();
    const queue = builderQueue(clock);
    queue.answered(a, 1);
    const waiting = asked(queue, { members: () => [a] });
    await clock.pass(4_999);
    assert.equal(waiting.on, undefined);
    await clock.pass(1);
    assert.equal(waiting.on, 'a');
  });

  it('follows its file while builds wait: drained members get none, new ones help, and without any the wait ends', async () => {
    const queue = builderQueue(handClock());
    const pool = (...members: readonly (typeof a)[]) => [
      { name: 'shared', policy: 'affinity' as const, maxQueue: 9, patience: 30, members },
    ];
    const members = () => (queue.pool('shared')?.members ?? []).filter(({ draining }) => !draining);
    queue.follow(pool(a, b));
    asked(queue, { members });
    const second = asked(queue, { members });
    const third = asked(queue, { members });
    await settled();
    assert.deepEqual(
      queue.builds().map(({ member: name, state }) => [name, state]),
      [
        ['a', 'running'],
        ['a', 'waiting'],
        ['a', 'waiting'],
      ],
    );
    queue.follow(pool({ ...a, draining: true }, b));
    await settled();
    assert.deepEqual([second.on, third.on], ['b', undefined]);
    queue.follow(pool({ ...a, draining: true }, member('c'), b));
    await settled();
    assert.equal(third.on, 'c');
    const fourth = asked(queue, { members });
    queue.follow(pool({ ...a, draining: true }));
    await settled();
    assert.equal(fourth.on, 'nobody');
    assert.equal(queue.builds().length, 3);
  });

  it('lists the builds, and hands a cancel to the one that is meant', async () => {
    const queue = builderQueue(handClock());
    const cancelled: string[] = [];
    const first = asked(queue, { members: () => [a], cancel: () => cancelled.push('first') });
    asked(queue, { members: () => [a], service: 'p/two', cancel: () => cancelled.push('second') });
    await settled();
    const second = queue.builds().find(({ service }) => service === 'p/two');
    assert.deepEqual([second?.state, second?.pool, second?.since], ['waiting', 'shared', 0]);
    queue.cancel(second?.id ?? '');
    queue.cancel('none');
    assert.deepEqual(cancelled, ['second']);
    first.seat?.release();
    await settled();
    assert.deepEqual(
      queue.builds().map(({ service, state }) => [service, state]),
      [['p/two', 'running']],
    );
  });
});
