import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { mergedLines } from '../../client/src/kubernetes/mergedLines.ts';
import type { LogLine } from '../../client/src/ports.ts';

const line = (instance: string, second: number, text = ''): LogLine => ({
  instance,
  time: `2026-11-24T10:00:${String(second).padStart(2, '0')}Z`,
  text,
});

/** Reads in the background. */
function reading(window?: number) {
  const merged = mergedLines(window);
  const seen: LogLine[] = [];
  const done = (async () => {
    for await (const batch of merged.read()) seen.push(...batch);
  })();
  return { merged, seen, done, order: () => seen.map(({ instance, time }) => `${instance}${Number(time.slice(17, 19))}`).join(' ') };
}

describe('lines of several sources', () => {
  it('come in the order of time, and within a source as they came', async () => {
    const { merged, done, order } = reading(10_000);
    const [a, b] = [merged.source(), merged.source()];
    await a.push([line('a', 1), line('a', 4), line('a', 3)]);
    await b.push([line('b', 2), line('b', 5)]);
    a.close();
    b.close();
    merged.end();
    await done;
    assert.equal(order(), 'a1 b2 a4 a3 b5');
  });

  it('wait for a source that says nothing, but no longer than the window', async () => {
    const { merged, order, done } = reading(100);
    const [a] = [merged.source(), merged.source()];
    await a.push([line('a', 1)]);
    await sleep(30);
    assert.equal(order(), '');
    await sleep(150);
    assert.equal(order(), 'a1');
    merged.end();
    await done;
  });

  it('wait for nobody who has ended or not begun', async () => {
    const { merged, order, done } = reading(10_000);
    const [a, b] = [merged.source(), merged.source()];
    b.close();
    await a.push([line('a', 1), line('a', 2)]);
    await sleep(20);
    assert.equal(order(), 'a1 a2');
    merged.end();
    await done;
  });

  it('of different precision are compared as times', async () => {
    const { merged, seen, done } = reading(10_000);
    const [a, b] = [merged.source(), merged.source()];
    await a.push([{ instance: 'a', time: '2026-11-24T10:00:01.51Z', text: '' }]);
    await b.push([{ instance: 'b', time: '2026-11-24T10:00:01.5Z', text: '' }]);
    a.close();
    b.close();
    merged.end();
    await done;
    assert.deepEqual(
      seen.map(({ instance }) => instance),
      ['b', 'a'],
    );
  });

  it('hold their sources up while the reader is behind: nothing is lost, little is kept', async () => {
    const merged = mergedLines(50);
    const sent = [0, 0, 0];
    const writers = sent.map(async (_, index) => {
      const source = merged.source();
      for (let count = 0; count < 20_000; count += 100) {
        await source.push(Array.from({ length: 100 }, (_, at) => line(String(index), 1, String(count + at))));
        sent[index] = count + 100;
      }
      source.close();
    });
    void Promise.all(writers).then(() => merged.end());
    const seen: Record<string, number> = {};
    let most = 0;
    for await (const batch of merged.read()) {
      for (const { instance, text } of batch) {
        assert.equal(Number(text), seen[instance] ?? 0);
        seen[instance] = Number(text) + 1;
      }
      most = Math.max(
        most,
        sent.reduce((sum, count, index) => sum + count - (seen[index] ?? 0), 0),
      );
      await sleep(1);
    }
    assert.deepEqual(seen, { 0: 20_000, 1: 20_000, 2: 20_000 });
    assert.ok(most <= 3 * 2_200, `${most} lines were kept`);
  });

  it('end with the error, after what was there', async () => {
    const { merged, order, done } = reading(10_000);
    const a = merged.source();
    await a.push([line('a', 1)]);
    merged.end(new Error('the end'));
    await assert.rejects(done, /the end/);
    assert.equal(order(), 'a1');
  });
});
