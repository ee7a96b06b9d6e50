// Deployments to a real Docker Engine: the road from the first release to a rollback.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { Platform } from '../../client/src/ports.ts';
import { freePort } from '../bench/component.ts';
import { type Engine, type Generation, startEngine } from '../bench/engine.ts';
import { type Registry, startRegistry } from '../bench/registry.ts';
import { deploy, environmentOf, intentOf, platform, programs, publish, secretText, soon, until } from './composeBench.ts';

for (const generation of ['20.10', '29'] as const satisfies readonly Generation[]) {
  describe(`compose host with Docker Engine ${generation}`, () => {
    let engine: Engine;
    let registry: Registry;
    let on: Platform;
    const running = async (project: string): Promise<string[]> =>
      (await engine.docker('ps', '--filter', `label=com.docker.compose.project=${project}`, '--format', '{{.Names}}'))
        .split('\n')
        .filter(Boolean)
        .sort();

    before(async () => {
      [engine, registry] = await Promise.all([startEngine({ generation, tls: false }), startRegistry()]);
      on = platform();
    });
    after(async () => {
      on.close();
      await Promise.all([engine.stop(), registry.stop()]);
    });

    it('says who the host is', async () => {
      const facts = await on.identify(environmentOf('who', [engine]), soon());
      const id = (await engine.docker('info', '--format', '{{.ID}}')).trim();
      assert.match(facts.join('\n'), /compose project who\nhost-1: unix:.*Docker Engine/);
      assert.ok(facts.join('\n').includes(id));
    });

    it('deploys by digest, updates start-first, keeps what is unchanged, rolls back, and records it all', async () => {
      const environment = environmentOf('road', [engine]);
      const one = await publish(registry, 'v1', programs.good('v1'));
      const two = await publish(registry, 'v2', programs.good('v2'));
      const first = await on.plan(intentOf(environment, one, 'v1'), soon());
      assert.deepEqual(first.refusals, []);
      assert.deepEqual(
        first.changes.map(({ object, change }) => [object, change]),
        [['container/host-1/road-order-api-1', 'create']],
      );
      assert.match(first.changes[0]?.diff ?? '', new RegExp(`\\+image: ${one.repository}@${one.digest}`));
      const phases: string[] = [];
      const result = await on.apply(first, (event) => phases.push(event.type === 'phase' ? event.phase : 'progress'), soon());
      assert.deepEqual(result, { outcome: 'Succeeded', message: 'order-api alias-v1 runs: 1 of 1 ready.' });
      for (const phase of ['lock', 'record', 'pull', 'rollout', 'verify', 'done']) assert.ok(phases.includes(phase), phase);
      assert.deepEqual(await running('road'), ['road-order-api-1']);
      assert.equal((await engine.docker('exec', 'road-order-api-1', 'cat', '/opt/app/conf/app.properties')).trim(), 'colour=blue');
      assert.equal((await engine.docker('exec', 'road-order-api-1', 'sh', '-c', 'echo "$GREETING"')).trim(), "it's fine");

      const again = await on.plan(intentOf(environment, one, 'v1'), soon());
      assert.deepEqual(
        again.changes.map(({ change, diff }) => [change, diff]),
        [['unchanged', '']],
      );

      const update = await on.plan(intentOf(environment, two, 'v2'), soon());
      assert.deepEqual(
        (update.changes[0]?.diff ?? '').split('\n').filter((line) => /^[+-]/.test(line)),
        [
          '-container_name: road-order-api-1',
          `-image: ${one.repository}@${one.digest}`,
          '+container_name: road-order-api-2',
          `+image: ${two.repository}@${two.digest}`,
          '-  waybill.dev/release: rel-v1',
          '-  waybill.dev/alias: alias-v1',
          '-  waybill.dev/tag: v1',
          '+  waybill.dev/release: rel-v2',
          '+  waybill.dev/alias: alias-v2',
          '+  waybill.dev/tag: v2',
        ],
      );
      assert.equal((await on.apply(update, () => undefined, soon())).outcome, 'Succeeded');
      assert.deepEqual(await running('road'), ['road-order-api-2']);

      const history = await on.history(environment, 'order-api', soon());
      assert.deepEqual(
        history.map(({ sequence, release, result: outcome }) => [sequence, release, outcome]),
        [
          [2, 'rel-v2', 'Succeeded'],
          [1, 'rel-v1', 'Succeeded'],
        ],
      );
      const old = history[1];
      assert.ok(old);
      const back = { ...intentOf(environment, old.image, 'v1'), service: old.effective, rollback: true };
      assert.equal((await deploy(on, back)).outcome, 'Succeeded');
      assert.deepEqual(await running('road'), ['road-order-api-1']);
      assert.equal((await on.history(environment, 'order-api', soon()))[0]?.rollback, true);
      const all = (await engine.docker('ps', '-a', '--format', '{{.Names}}'))
        .split('\n')
        .filter((name) => name.includes('road'))
        .sort();
      assert.deepEqual(all, ['road-order-api-1', 'waybill-records-road']);
    });

    it('scales on without touching what runs, and names the stale plan', async () => {
      const environment = environmentOf('scale', [engine]);
      const image = await publish(registry, 'v1', programs.good('v1'));
      await deploy(on, intentOf(environment, image, 'v1'));
      const id = (await engine.docker('inspect', '--format', '{{.Id}}', 'scale-order-api-1')).trim();
      const stale = await on.plan(intentOf(environment, image, 'v1', { replicas: 2 }), soon());
      assert.equal((await deploy(on, intentOf(environment, image, 'v1', { replicas: 3 }))).outcome, 'Succeeded');
      assert.deepEqual(await running('scale'), ['scale-order-api-1', 'scale-order-api-2', 'scale-order-api-3']);
      assert.equal((await engine.docker('inspect', '--format', '{{.Id}}', 'scale-order-api-1')).trim(), id);
      await assert.rejects(
        on.apply(stale, () => undefined, soon()),
        { waybill: 'conflict' },
      );
      assert.equal((await deploy(on, intentOf(environment, image, 'v1', { replicas: 1 }))).outcome, 'Succeeded');
      assert.equal((await running('scale')).length, 1);
    });

    it('an unhealthy release fails with its reason, and the old one goes on', async () => {
      const environment = environmentOf('sick', [engine]);
      const good = await publish(registry, 'v1', programs.good('v1'));
      const bad = await publish(registry, 'v2', programs.unhealthy('v2'));
      await deploy(on, intentOf(environment, good, 'v1'));
      const id = (await engine.docker('inspect', '--format', '{{.Id}}', 'sick-order-api-1')).trim();
      const rollout = { ...intentOf(environment, bad, 'v2').service.rollout, progressDeadline: 4 };
      const result = await deploy(on, intentOf(environment, bad, 'v2', { rollout }));
      assert.equal(result.outcome, 'Failed');
      assert.equal(result.diagnosis?.kind, 'probe');
      assert.match(result.diagnosis?.evidence.join('\n') ?? '', /health check exit code 1/);
      assert.match(result.diagnosis?.log.join('\n') ?? '', /v2 up/);
      assert.deepEqual(await running('sick'), ['sick-order-api-1']);
      assert.equal((await engine.docker('inspect', '--format', '{{.Id}}', 'sick-order-api-1')).trim(), id);
      assert.deepEqual(
        (await on.history(environment, 'order-api', soon())).map((record) => record.result),
        ['Failed', 'Succeeded'],
      );
    });

    it('a crashing release stop-first fails with exit code and log, and the old one is started again', async () => {
      const environment = environmentOf('crash', [engine]);
      const good = await publish(registry, 'v1', programs.good('v1'));
      const bad = await publish(registry, 'v3', programs.crashing('v3'));
      const port = await freePort();
      const ports = [{ name: 'http', port: 8080, auto: false, nodePort: port }];
      await deploy(on, intentOf(environment, good, 'v1', { ports }));
      const result = await deploy(on, intentOf(environment, bad, 'v3', { ports }));
      assert.equal(result.outcome, 'Failed');
      assert.equal(result.diagnosis?.kind, 'crash-loop');
      assert.match(result.message, /exit code 3.*What ran before runs again/);
      assert.match(result.diagnosis?.log.join('\n') ?? '', /cannot find its database/);
      assert.deepEqual(await running('crash'), ['crash-order-api-1']);
      assert.match(await engine.docker('inspect', '--format', '{{.HostConfig.RestartPolicy.Name}}', 'crash-order-api-1'), /always/);
      const taken = await on.plan({ ...intentOf(environmentOf('other', [engine]), good, 'v1', { ports }) }, soon());
      assert.match(taken.refusals.join(), new RegExp(`Port ${port} of host-1 is taken by container crash-order-api-1`));
    });

    it('an image that is not in the registry is refused by the plan; one that vanishes afterwards fails before anything is touched', async () => {
      const environment = environmentOf('gone', [engine]);
      const image = { repository: `${registry.host}/zero/order-api`, digest: `sha256:${'0'.repeat(64)}` };
      const plan = await on.plan(intentOf(environment, image, 'v9'), soon());
      assert.match(plan.refusals.join(), /is not in the registry/);
      await assert.rejects(
        on.apply(plan, () => undefined, soon()),
        { waybill: 'refused' },
      );
      const result = await on.apply({ ...plan, refusals: [] }, () => undefined, soon());
      assert.equal(result.outcome, 'Failed');
      assert.equal(result.diagnosis?.kind, 'image-missing');
      assert.deepEqual(await running('gone'), []);
    });

    it('a held lock is respected and names its holder; an expired one is broken', async () => {
      const environment = environmentOf('lock', [engine]);
      const image = await publish(registry, 'v1', programs.good('v1'));
      await deploy(on, intentOf(environment, image, 'v1'));
      const lock = async (seconds: number): Promise<string> =>
        await engine.docker(
          ...['create', '--name', 'waybill-lock-lock', '--label', 'waybill.dev/lock-of=lock'],
          ...['--label', 'waybill.dev/lock-holder=eve@example.com (order-api alias-v7)', '--label', `waybill.dev/lock-seconds=${seconds}`],
          ...[`${image.repository}@${image.digest}`],
        );
      await lock(600);
      const next = intentOf(environment, image, 'v1', { replicas: 2 });
      await assert.rejects(deploy(on, next), { waybill: 'conflict', message: /eve@example.com \(order-api alias-v7\) is deploying/ });
      await engine.docker('rm', 'waybill-lock-lock');
      await lock(0);
      assert.equal((await deploy(on, next)).outcome, 'Succeeded');
      assert.doesNotMatch(await engine.docker('ps', '-a', '--format', '{{.Names}}'), /waybill-lock-lock/);
    });

    it('never touches a container that is not its own, whatever its labels say', async () => {
      const environment = environmentOf('alien', [engine]);
      const image = await publish(registry, 'v1', programs.good('v1'));
      const run = ['run', '-d', '--label', 'com.docker.compose.project=alien', '--label', 'com.docker.compose.service=order-api'];
      await engine.docker('pull', `${image.repository}@${image.digest}`);
      await engine.docker(...run, '--name', 'alien-order-api-1', `${image.repository}@${image.digest}`);
      // A copied owner label names another container, and so proves nothing.
      const owner = ['--label', 'waybill.dev/owner=zero/order-api/dev:alien/alien-order-api-9', '--label', 'waybill.dev/service=order-api'];
      await engine.docker(...run, ...owner, '--name', 'copied', `${image.repository}@${image.digest}`);
      const plan = await on.plan(intentOf(environment, image, 'v1'), soon());
      assert.match(plan.warnings.join('\n'), /host-1\/alien-order-api-1/);
      assert.equal((await on.apply(plan, () => undefined, soon())).outcome, 'Succeeded');
      assert.equal((await deploy(on, intentOf(environment, image, 'v1b'))).outcome, 'Succeeded');
      const names = await running('alien');
      assert.ok(names.includes('alien-order-api-1') && names.includes('copied'), names.join());
      assert.equal(names.length, 3);
    });

    it('looks again before it stops a container: one that was renamed in the middle of a rollout goes on', async () => {
      const environment = environmentOf('renamed', [engine]);
      const one = await publish(registry, 'v1', programs.good('v1'));
      const two = await publish(registry, 'v2', programs.good('v2'));
      await deploy(on, intentOf(environment, one, 'v1'));
      const plan = await on.plan(intentOf(environment, two, 'v2'), soon());
      let renamed: Promise<string> | undefined;
      const result = await on.apply(
        plan,
        (event) => {
          if (event.type === 'phase' && event.phase === 'rollout') renamed ??= engine.docker('rename', 'renamed-order-api-1', 'taken-over');
        },
        soon(),
      );
      await renamed;
      assert.equal(result.outcome, 'Errored', result.message);
      assert.match(result.message, /taken-over on host-1 is not Waybill's any more/);
      assert.ok((await running('renamed')).includes('taken-over'));
    });

    it('a cancelled rollout puts everything back', async () => {
      const environment = environmentOf('cancel', [engine]);
      const good = await publish(registry, 'v1', programs.good('v1'));
      const slow = await publish(registry, 'v2', programs.unhealthy('v2'));
      await deploy(on, intentOf(environment, good, 'v1', { replicas: 2 }));
      const before = await running('cancel');
      const plan = await on.plan(intentOf(environment, slow, 'v2', { replicas: 2 }), soon());
      const stop = new AbortController();
      const result = await on.apply(
        plan,
        (event) => {
          if (event.type === 'progress') setTimeout(() => stop.abort(), 300);
        },
        stop.signal,
      );
      assert.equal(result.outcome, 'Aborted');
      assert.deepEqual(await running('cancel'), before);
      assert.equal((await on.history(environment, 'order-api', soon()))[0]?.result, 'Aborted');
    });

    it('a secret arrives as a file in memory and nowhere else', async (t) => {
      t.after(() => rm('/dev/shm/waybill-secret', { recursive: true, force: true }));
      const source = [{ name: 'order-db', key: 'password', from: 'env:ORDER_DB' }];
      const env = [{ name: 'DB_PASSWORD', secret: { name: 'order-db', key: 'password' } }];
      const image = await publish(registry, 'v1', programs.good('v1'));
      const without = await on.plan(intentOf(environmentOf('secret', [engine]), image, 'v1', { env }), soon());
      assert.match(without.refusals.join(), /gives no source for secret order-db\/password/);
      const environment = environmentOf('secret', [engine], source);
      assert.equal((await deploy(on, intentOf(environment, image, 'v1', { env }))).outcome, 'Succeeded');
      const read = ['exec', 'secret-order-api-1', 'sh', '-c', 'cat $DB_PASSWORD_FILE; grep /run/secrets /proc/mounts'];
      const seen = await engine.docker(...read);
      assert.ok(seen.startsWith(secretText));
      assert.match(seen, /tmpfs \/run\/secrets tmpfs ro/);
      const ids = (await engine.docker('ps', '-aq')).split('\n').filter(Boolean);
      assert.ok(!(await engine.docker('inspect', ...ids)).includes(secretText));
      assert.ok(!JSON.stringify(await on.history(environment, 'order-api', soon())).includes(secretText));
      await engine.docker('restart', '-t', '1', 'secret-order-api-1');
      await until('the secret is there after a restart', async () => (await engine.docker(...read)).startsWith(secretText));
    });
  });
}
