import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildImage } from '../../client/src/delivery/build.ts';
import { startEngine } from '../bench/engine.ts';
import { unavailable } from '../bench/shared.ts';
import { failureOf, runs, until } from './dockerBench.ts';
import { loadPool, stage } from './poolLoad.ts';

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

  it('a build that is cancelled in its row ends on the daemon, running or waiting, and is recorded as aborted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-cancel-'));
    const engine = await startEngine({ generation: '29' });
    const stop = new AbortController().signal;
    try {
      const { ports, services, queue } = await stage({ services: 2, capacity: 1 }, [engine], folder);
      for (const service of services) {
        writeFileSync(join(service.folder, 'round'), '0');
        const dockerfile = join(service.folder, 'Dockerfile');
        writeFileSync(dockerfile, `${readFileSync(dockerfile, 'utf8')}RUN ["/bin/sleep", "7755"]\n`);
      }
      const ends = services.map((service) => failureOf(buildImage(ports, { service: service.id, tag: 'r0' }, () => undefined, stop)));
      await until(() => runs('/bin/sleep', '7755'), 30, 'the step runs');
      assert.deepEqual(
        queue
          .builds()
          .map(({ state }) => state)
          .sort(),
        ['running', 'waiting'],
      );
      for (const { id } of queue.builds().toReversed()) queue.cancel(id);
      for (const end of ends) assert.equal((await end).waybill, 'cancelled');
      await until(() => !runs('/bin/sleep', '7755'), 10, 'the step is gone');
      assert.deepEqual(queue.builds(), []);
      for (const service of services) {
        const [entry] = await ports.records.builds(folder, service.id, 1);
        assert.equal(entry?.outcome, 'Aborted');
      }
    } finally {
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
