// What can be done with a service that runs on Docker hosts, beside deploying it: scale, restart, look inside, compare, set back.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Operation, Platform } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import type { EngineHandle } from '../bench/engine.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { deploy, environmentOf, intentOf, platform, programs, publish, soon } from './composeBench.ts';

describe('a service that runs on a Docker host', { skip: unavailable('engine', 'registry') }, () => {
  const project = `operate-${process.pid}`;
  let on: Platform;
  let engine: EngineHandle;
  let environment: EnvironmentSummary;
  let image: { repository: string; digest: string };
  before(async () => {
    on = platform();
    const [docker, registry] = await Promise.all([bench().engine('29'), bench().registry()]);
    engine = docker;
    environment = environmentOf(project, [engine]);
    image = await publish(registry, 'operate', programs.good('operate'));
    const result = await deploy(on, intentOf(environment, image, 'operate'), soon(120));
    assert.equal(result.outcome, 'Succeeded', result.message);
  });
  after(async () => {
    on.close();
    const ids = await engine.docker('ps', '-aq', '--filter', `name=${project}`);
    if (ids.trim()) await engine.docker('rm', '-f', ...ids.trim().split(/\s+/));
  });

  const workload = async () => {
    const found = await on.workload?.(environment, 'order-api', soon());
    assert.ok(found);
    return found;
  };
  const operate = async (operation: Operation, version?: string) => {
    const order = { environment, service: 'order-api', operation, by: 'dev@example.com', version: version ?? (await workload()).version };
    return await on.operate?.(order, () => undefined, soon(120));
  };
  const names = async () =>
    (await engine.docker('ps', '--format', '{{.Names}}', '--filter', `label=com.docker.compose.project=${project}`))
      .trim()
      .split('\n')
      .sort();
  const drift = async () =>
    (await on.drift?.(environment, 'order-api', soon()))?.fields.map(({ path, live, image: other }) => [path, live, other]);
  const run = async (command: readonly string[], input = false) => {
    const said: Buffer[] = [];
    const errors: Buffer[] = [];
    const order = {
      service: 'order-api',
      command,
      input,
      output: (data: Uint8Array, bad: boolean) => void (bad ? errors : said).push(Buffer.from(data)),
    };
    const session = await on.exec?.(environment, order, soon());
    assert.ok(session);
    if (input) {
      session.write(Buffer.from('grüße\n'));
      session.endInput();
    }
    const code = await session.ended;
    return [code, Buffer.concat(said).toString(), Buffer.concat(errors).toString()];
  };

  it('runs commands in it: outputs apart, input to its end, exit codes, and a terminal with a size', async () => {
    assert.deepEqual(await run(['sh', '-c', 'echo out; echo err >&2; exit 7']), [7, 'out\n', 'err\n']);
    assert.deepEqual(await run(['cat'], true), [0, 'grüße\n', '']);
    const seen: Buffer[] = [];
    const terminal = { columns: 97, rows: 31 };
    const output = (data: Uint8Array) => void seen.push(Buffer.from(data));
    const session = await on.exec?.(environment, { service: 'order-api', terminal, input: true, output }, soon());
    const until = async (text: RegExp) => {
      for (let tries = 0; !text.test(Buffer.concat(seen).toString()) && tries < 200; tries++)
        await new Promise((next) => setTimeout(next, 50));
      assert.match(Buffer.concat(seen).toString(), text);
    };
    // The size arrives a moment after the shell.
    session?.write(Buffer.from('until stty size; do sleep 0.1; done\n'));
    await until(/31 97/);
    session?.write(Buffer.from('exit 3\n'));
    assert.equal(await session?.ended, 3);
    await assert.rejects(async () => on.exec?.(environment, { service: 'other', input: false, output }, soon()), {
      waybill: 'configuration',
    });
  });

  it('is scaled and back; it is recorded, and no deployment', async () => {
    const before = await workload();
    assert.deepEqual([before.replicas, before.cannot], [1, ['pause', 'resume']]);
    const result = await operate({ kind: 'scale', replicas: 2 });
    assert.equal(result?.outcome, 'Succeeded', result?.message);
    assert.equal((await names()).length, 2);
    assert.deepEqual(await drift(), [['replicas', '2', false]]);
    const [record] = await on.history(environment, 'order-api', soon());
    assert.deepEqual([record?.operation, record?.reason, record?.result], ['scale', 'Scaled from 1 to 2', 'Succeeded']);
    await assert.rejects(operate({ kind: 'scale', replicas: 3 }, before.version), { waybill: 'conflict' });
    await operate({ kind: 'scale', replicas: 1 });
    assert.equal((await names()).length, 1);
  });

  it('is restarted with new containers, without an interruption', async () => {
    const before = await names();
    const result = await operate({ kind: 'restart' });
    assert.equal(result?.outcome, 'Succeeded', result?.message);
    assert.notDeepEqual(await names(), before);
    assert.deepEqual(await drift(), []);
    await assert.rejects(operate({ kind: 'pause' }), { waybill: 'configuration' });
  });

  it('is compared with what was deployed, and set back', async () => {
    const [name = ''] = await names();
    await engine.docker('update', '--memory', '128m', '--memory-swap', '256m', '--restart', 'no', name);
    const fields = await drift();
    assert.deepEqual(fields?.map(([path, live]) => [path, live]).sort(), [
      ['mem_limit', String(128 * 1024 * 1024)],
      ['restart', '"no"'],
    ]);
    const found = await on.drift?.(environment, 'order-api', soon());
    assert.ok(found);
    const result = await on.reapply?.({ environment, drift: found, by: 'dev@example.com' }, () => undefined, soon(120));
    assert.equal(result?.outcome, 'Succeeded', result?.message);
    assert.deepEqual(await drift(), []);
    await engine.docker('stop', '-t', '1', (await names())[0] ?? '');
    assert.deepEqual(await drift(), [['replicas', '0', false]]);
  });
});
