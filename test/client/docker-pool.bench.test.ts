import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unavailable } from '../bench/shared.ts';
import { loadPool } from './poolLoad.ts';

describe('a pool under load', { skip: unavailable('engine', 'registry', 'build-engine'), timeout: 300_000 }, () => {
  it('with a daemon killed and one drained: every build ends well or says why, and nothing is left behind', async () => {
    const outcome = await loadPool({ daemons: ['29', '20.10', '20.10'], services: 8, rounds: 3, trouble: 2, capacity: 2 });
    const { builds } = outcome;
    assert.equal(builds.length, 24);
    const failed = builds.filter(({ failure }) => failure);
    for (const { failure, member } of failed) {
      assert.match(failure?.kind ?? '', /^(unreachable|build-failed)$/, failure?.message);
      assert.match(member ?? '', new RegExp(outcome.killed), 'only builds that had begun on the daemon that was killed fail');
    }
    assert.ok(failed.length <= 2, `at most those that ran there: ${JSON.stringify(failed)}`);
    assert.ok(outcome.sameDaemon >= 0.95, `same daemon: ${outcome.sameDaemon}`);
    const { seats, sockets, running, withoutRecord } = outcome;
    assert.deepEqual({ seats, sockets, running, withoutRecord }, { seats: 0, sockets: 0, running: 0, withoutRecord: [] });
  });
});
