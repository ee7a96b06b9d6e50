import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../../client/src/errors.ts';
import type { Clock, EnvironmentState, Platform, Platforms } from '../../client/src/ports.ts';
import { environmentWatches } from '../../client/src/state/environmentWatches.ts';
import { operationLine, operationList } from '../../client/src/state/operations.ts';
import { createStore } from '../../client/src/state/store.ts';
import { throttle } from '../../client/src/state/throttle.ts';
import { workspaceModelState } from '../../client/src/state/workspaceModel.ts';
import { environment, model } from './treeSamples.ts';

const clock: Clock = {
  now: () => new Date(),
  sleep: (milliseconds, signal) => sleep(milliseconds / 1000, undefined, { signal }),
};

/** Platforms whose `observe` is the given function; nothing else of them is ever called here. */
function observing(observe: Platform['observe']): () => Promise<Platforms> {
  const unused = () => Promise.reject(new Error('not used'));
  const platform: Platform = {
    kind: 'kubernetes',
    identify: unused,
    plan: unused,
    apply: unused,
    history: unused,
    observe,
    async *logs() {},
    close() {},
  };
  return async () => ({ of: () => platform });
}

async function* forever(state: EnvironmentState, signal: AbortSignal): AsyncGenerator<EnvironmentState> {
  yield state;
  await sleep(60_000, undefined, { signal, ref: false });
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !condition(); round++) await sleep(2);
  assert.ok(condition());
}

describe('a store', () => {
  it('tells its listeners of changes only, until they leave', () => {
    const store = createStore(1);
    const seen: number[] = [];
    const leave = store.subscribe((value) => seen.push(value));
    store.set(1);
    store.set(2);
    leave();
    store.set(3);
    assert.deepEqual(seen, [2]);
  });
});

describe('environment watches', () => {
  const dev = environment('dev');

  it('hold the live state, end when hidden, and begin again when shown', async () => {
    let running = 0;
    const watches = environmentWatches(
      observing(async function* (_environment, signal) {
        running += 1;
        try {
          yield* forever({ environment: 'dev', services: [] }, signal);
        } finally {
          running -= 1;
        }
      }),
      clock,
    );
    watches.show([dev]);
    await until(() => watches.store.get().get('zero-dsp/dev')?.state === 'live');
    watches.hide();
    await until(() => running === 0);
    watches.show([dev]);
    await until(() => running === 1);
    watches.hide();
  });

  it('say why a watch failed and take it up again', async () => {
    let calls = 0;
    const watches = environmentWatches(
      observing(async function* (_environment, signal) {
        calls += 1;
        if (calls === 1) throw fail('unreachable', 'cannot reach prod', 'Retry.');
        yield* forever({ environment: 'dev', services: [] }, signal);
      }),
      clock,
    );
    const seen: string[] = [];
    watches.store.subscribe((all) => seen.push(all.get('zero-dsp/dev')?.state ?? 'none'));
    watches.show([dev]);
    await until(() => seen.includes('live'));
    assert.deepEqual(seen, ['connecting', 'failed', 'live']);
    watches.hide();
  });
});

describe('the workspace model', () => {
  it('is asked for once more when it changed while being fetched', async () => {
    let calls = 0;
    const unused = () => Promise.reject(new Error('not used'));
    const state = workspaceModelState({
      model: async () => {
        calls += 1;
        await sleep(2);
        return model();
      },
      effective: unused,
      buildSpec: unused,
      lock: unused,
      baseImage: unused,
      changeCatalogue: unused,
      parity: unused,
    });
    await Promise.all([state.refresh(), state.refresh(), state.refresh()]);
    assert.equal(calls, 2);
    assert.equal(state.store.get().state, 'ready');
  });
});

describe('throttle', () => {
  it('acts at once, then at most once per interval', () => {
    const timers: (() => void)[] = [];
    let acted = 0;
    const throttled = throttle(() => (acted += 1), 400, { set: (run) => timers.push(run), clear: () => undefined });
    for (let event = 0; event < 80; event++) throttled.trigger();
    assert.equal(acted, 1);
    timers.shift()?.();
    assert.equal(acted, 2);
    timers.shift()?.();
    assert.equal(acted, 2);
  });
});

describe('operations', () => {
  it('come, report and go', () => {
    const operations = operationList();
    const deploy = operations.begin({ verb: 'Deploy', service: 'order-api', environment: 'staging' });
    deploy.report('3/6');
    assert.deepEqual(operations.store.get().map(operationLine), ['order-api → staging 3/6']);
    deploy.end();
    assert.equal(operations.store.get().length, 0);
  });
});
