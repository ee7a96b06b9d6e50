// What goes wrong on Docker hosts, and what is said about it.
import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Platform } from '../../client/src/ports.ts';
import { type Engine, startEngine } from '../bench/engine.ts';
import { type Registry, startRegistry } from '../bench/registry.ts';
import { collect, deploy, environmentOf, intentOf, platform, programs, publish, soon, until } from './composeBench.ts';

describe('faults of compose hosts', () => {
  let engines: readonly [Engine, Engine];
  let engine: Engine;
  let registry: Registry;
  let locked: Registry;
  let on: Platform;
  const account = { user: 'dev', password: 'registry password' };

  before(async () => {
    const [first, second, open, closed] = await Promise.all([
      startEngine({ tls: false }),
      startEngine({ generation: '29', tls: false }),
      startRegistry(),
      startRegistry({ account }),
    ]);
    engines = [first, second];
    engine = first;
    registry = open;
    locked = closed;
    on = platform();
  });
  after(async () => {
    on.close();
    await Promise.all([...engines.map((one) => one.stop()), registry.stop(), locked.stop()]);
  });

  it('another daemon at the same address is not written to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-'));
    const socket = join(folder, 'engine.sock');
    const environment = {
      ...environmentOf('swap', []),
      target: {
        kind: 'compose',
        project: 'swap',
        hosts: [{ name: 'host', host: `unix://${socket}`, labels: {} }],
        placement: 'spread',
      } as const,
    };
    const image = await publish(registry, 'v1', programs.good('v1'));
    await symlink(engines[0].socket, socket);
    const first = platform();
    const plan = await first.plan(intentOf(environment, image, 'v1'), soon());
    first.close();
    await rm(socket);
    await symlink(engines[1].socket, socket);
    const second = platform();
    await assert.rejects(
      second.apply(plan, () => undefined, soon()),
      { waybill: 'wrong-target', message: /Another Docker Engine answers for host/ },
    );
    second.close();
    assert.equal((await engines[1].docker('ps', '-aq')).trim(), '');
    await rm(folder, { recursive: true });
  });

  it('a registry that wants a sign-in: refused without, deployed with, and the password nowhere', async () => {
    const image = await publish(locked, 'v1', programs.good('v1'));
    const environment = environmentOf('auth', [engine]);
    const plan = await on.plan(intentOf(environment, image, 'v1'), soon());
    assert.match(plan.refusals.join(), /does not let host-1 read .*docker login/);
    const asked: string[] = [];
    const known = platform({
      forRegistry: async (host) => {
        asked.push(host);
        return host === locked.host ? { username: account.user, password: account.password } : undefined;
      },
    });
    assert.equal((await deploy(known, intentOf(environment, image, 'v1'))).outcome, 'Succeeded');
    known.close();
    assert.deepEqual([...new Set(asked)], [locked.host]);
    const ids = (await engine.docker('ps', '-aq')).split('\n').filter(Boolean);
    assert.ok(!(await engine.docker('inspect', ...ids)).includes(account.password));
  });

  it('a command that is not there, a JDK that is not on the host', async () => {
    const image = await publish(registry, 'v5', programs.good('v5'), ['/bin/nothing']);
    const result = await deploy(on, intentOf(environmentOf('nocommand', [engine]), image, 'v5'));
    assert.deepEqual([result.outcome, result.diagnosis?.kind], ['Failed', 'start-error']);
    assert.match(result.message, /the command of the image is not there/);
    const good = await publish(registry, 'v1', programs.good('v1'));
    const jdk = { version: '21', mode: 'hostMount', hostPath: '/usr/java/absent', mountPath: '/opt/jdk' } as const;
    const without = await deploy(on, intentOf(environmentOf('nojdk', [engine]), good, 'v1', { jdk }));
    assert.deepEqual([without.outcome, without.diagnosis?.kind, without.diagnosis?.manifestPath], ['Failed', 'config-error', 'jdk']);
    assert.match(without.message, /\/usr\/java\/absent is not on the host/);
  });

  it('more memory than the limit', async () => {
    const image = await publish(registry, 'v6', programs.hungry());
    const rollout = { ...intentOf(environmentOf('x', [engine]), image, 'v6').service.rollout, minReady: 5 };
    const result = await deploy(on, intentOf(environmentOf('hungry', [engine]), image, 'v6', { health: {}, rollout }));
    assert.deepEqual([result.outcome, result.diagnosis?.kind], ['Failed', 'out-of-memory']);
    assert.match(result.message, /limit of 64 MiB/);
  });

  it('ports of the host network are given out per instance, and probes ask the right one', async () => {
    const image = await publish(registry, 'v1', programs.good('v1'));
    const ports = [{ name: 'http', port: 23_400, auto: true, range: { low: 23_400, high: 23_409 }, env: 'PORT' }];
    const readiness = { http: { port: 23_400, path: '/health' }, period: 1, timeout: 2, failureThreshold: 3, initialDelay: 0 };
    const overrides = { network: 'host', ports, replicas: 2, health: { readiness } } as const;
    const environment = environmentOf('hostnet', [engine]);
    assert.equal((await deploy(on, intentOf(environment, image, 'v1', overrides))).outcome, 'Succeeded');
    assert.equal((await deploy(on, intentOf(environment, image, 'v1b', overrides))).outcome, 'Succeeded');
    const given = await engine.docker(
      ...['ps', '--filter', 'label=com.docker.compose.project=hostnet', '--format', '{{.Label "waybill.dev/ports"}}'],
    );
    const numbers = given
      .split('\n')
      .filter(Boolean)
      .map((text) => (JSON.parse(text) as { http: number }).http);
    assert.equal(new Set(numbers).size, 2);
    for (const port of numbers) assert.equal((await (await fetch(`http://127.0.0.1:${port}/health`)).text()).trim(), 'ok');
    const fixed = await on.plan(intentOf(environment, image, 'v2', { network: 'host', replicas: 2 }), soon());
    assert.match(fixed.refusals.join(), /1 of 2 replicas find no host: each instance takes port 8080/);
  });

  it('with rollout.confirm the old container stays, stopped, until the next deployment', async () => {
    const environment = environmentOf('confirm', [engine]);
    const one = await publish(registry, 'v1', programs.good('v1'));
    const two = await publish(registry, 'v2', programs.good('v2'));
    const rollout = { ...intentOf(environment, one, 'v1').service.rollout, confirm: true };
    await deploy(on, intentOf(environment, one, 'v1', { rollout }));
    await deploy(on, intentOf(environment, two, 'v2', { rollout }));
    const states = async () =>
      (await engine.docker('ps', '-a', '--filter', 'label=com.docker.compose.project=confirm', '--format', '{{.Names}} {{.State}}'))
        .split('\n')
        .filter(Boolean)
        .sort();
    assert.deepEqual(await states(), ['confirm-order-api-1 exited', 'confirm-order-api-2 running']);
    await deploy(on, intentOf(environment, two, 'v2', { rollout }));
    assert.deepEqual(await states(), ['confirm-order-api-2 running']);
  });

  it('an engine that dies in the middle of a rollout leaves a record, and the next deployment goes on from there', async () => {
    const environment = environmentOf('dies', [engine]);
    const one = await publish(registry, 'v1', programs.good('v1'));
    const slow = await publish(registry, 'v2', programs.unhealthy('v2'));
    await deploy(on, intentOf(environment, one, 'v1'));
    const plan = await on.plan(intentOf(environment, slow, 'v2'), soon());
    let killed: Promise<void> | undefined;
    const result = await on.apply(
      plan,
      (event) => {
        if (event.type === 'progress') killed ??= engine.kill9();
      },
      soon(),
    );
    assert.equal(result.outcome, 'Errored');
    assert.match(result.message, /cannot be reached/);
    await killed;
    await engine.restart();
    assert.deepEqual(
      (await on.history(environment, 'order-api', soon())).map((record) => record.result),
      ['Pending', 'Succeeded'],
    );
    const again = intentOf(environment, one, 'v1');
    await assert.rejects(deploy(on, again), { waybill: 'conflict', message: /dev@example.com \(order-api alias-v2\) is deploying/ });
    await engine.docker('rm', 'waybill-lock-dies');
    assert.equal((await deploy(on, again)).outcome, 'Succeeded');
    const names = (await engine.docker('ps', '-a', '--filter', 'label=com.docker.compose.project=dies', '--format', '{{.Names}}')).trim();
    assert.equal(names, 'dies-order-api-1');
  });

  it('an engine that keeps no logs says so, once', async (t) => {
    const mute = await startEngine({ tls: false, args: ['--log-driver=none'] });
    t.after(() => mute.stop());
    const environment = environmentOf('mute', [mute]);
    const image = await publish(registry, 'v1', programs.good('v1'));
    assert.equal((await deploy(on, intentOf(environment, image, 'v1'))).outcome, 'Succeeded');
    const stop = new AbortController();
    t.after(() => stop.abort());
    const tail = collect(on.logs(environment, { service: 'order-api', follow: true }, stop.signal));
    await until('the reason', () => tail.items.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.deepEqual(
      tail.items.flat().map((line) => [line.marker, /logging driver does not support reading/.test(line.text)]),
      [[true, true]],
    );
    const once = collect(on.logs(environment, { service: 'order-api', follow: false }, soon()));
    assert.match(String(await once.done), /logging driver does not support reading/);
  });
});
