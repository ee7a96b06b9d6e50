import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, openEvents } from '../../client/src/docker/index.ts';
import type { BuildEvent } from '../../client/src/ports.ts';
import { type Engine, startEngine } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { account, bench, unavailable } from '../bench/shared.ts';
import { contextFolder, failureOf, open, orderOf, runs, tlsHost, unixHost, until } from './dockerBench.ts';

const signal = new AbortController().signal;
const skip = unavailable('engine', 'registry');

describe('the classic builder, where BuildKit is switched off', { skip, timeout: 120_000 }, () => {
  let engine: Engine;
  let base: string;
  let privateBase: string;
  let privateHost: string;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-classic-'));
    writeFileSync(join(folder, 'daemon.json'), '{"features":{"buildkit":false}}');
    engine = await startEngine({ args: ['--config-file', join(folder, 'daemon.json')] });
    base = `${(await bench().registry()).host}/base/busybox:1`;
    privateHost = (await bench().registryWithAccount()).host;
    privateBase = `${privateHost}/base/busybox:1`;
    await pushImage(base);
    await pushImage(privateBase, {}, account);
  });
  after(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('builds, uses its cache, takes accounts for the bases that the file names', async () => {
    using context = contextFolder({
      Dockerfile: `ARG BASE\nFROM \${BASE}\nCOPY . /srv/\nRUN echo hällo && ls /srv\n`,
      'a.txt': 'a',
      '.dockerignore': 'Dockerfile\nb*\n',
      'b.txt': '',
    });
    using opened = open(tlsHost(engine), { [privateHost]: account });
    const events: BuildEvent[] = [];
    const order = orderOf(context.path, 'classic:1', { args: { BASE: privateBase } });
    const first = await opened.engine.build(order, (event) => events.push(event), signal);
    assert.equal(first.engine, 'classic');
    assert.deepEqual(first.config.labels, { 'com.example.team': 'zero', 'org.opencontainers.image.revision': 'abc' });
    const output = events.flatMap((event) => (event.type === 'output' ? [event.text] : [])).join('');
    assert.match(output, /hällo[\s\S]*a\.txt/);
    assert.doesNotMatch(output, /b\.txt/);
    assert.ok(events.some((event) => event.type === 'step' && event.state === 'done' && event.line === 4));
    const second = await opened.engine.build(order, () => undefined, signal);
    assert.deepEqual([second.id, second.steps.cached >= 2], [first.id, true]);
    assert.deepEqual([...new Set(opened.asked)], [privateHost]);
  });

  it('maps a failing step to its line', async () => {
    using context = contextFolder({ Dockerfile: `FROM ${base}\nENV A=b\nRUN echo broken && \\\n exit 3\n` });
    using opened = open(unixHost(engine));
    const error = await failureOf(opened.engine.build(orderOf(context.path, 'classic:2'), () => undefined, signal));
    assert.deepEqual([error.waybill, error.at?.line], ['build-failed', 3]);
    assert.match(error.message, /non-zero code: 3\nbroken$/);
  });

  it('refuses what only BuildKit can, before anything is sent', async () => {
    using opened = open(unixHost(engine));
    using mounts = contextFolder({ Dockerfile: `FROM ${base}\nRUN --mount=type=cache,target=/c true\n` });
    using plain = contextFolder({ Dockerfile: `FROM ${base}\n` });
    const events: BuildEvent[] = [];
    const order = orderOf(plain.path, 'classic:3', { secrets: [{ id: 'a', from: 'env:A' }] });
    for (const refused of [orderOf(mounts.path, 'classic:3'), order]) {
      const error = await failureOf(opened.engine.build(refused, (event) => events.push(event), signal));
      assert.deepEqual([error.waybill, /only the classic builder/.test(error.message)], ['refused', true]);
    }
    assert.deepEqual(events, []);
  });

  it('stops the step on the engine when it is cancelled, and leaves no container', async () => {
    using context = contextFolder({ Dockerfile: `FROM ${base}\nRUN ["/bin/sleep", "5511"]\n` });
    using opened = open(tlsHost(engine));
    const stop = new AbortController();
    const build = failureOf(opened.engine.build(orderOf(context.path, 'classic:4'), () => undefined, stop.signal));
    await until(() => runs('/bin/sleep', '5511'), 20, 'the step runs');
    stop.abort();
    assert.equal((await build).waybill, 'cancelled');
    await until(() => !runs('/bin/sleep', '5511'), 10, 'the step is gone');
    await until(async () => (await engine.docker('ps', '-aq')).trim() === '', 10, 'its container is gone');
  });

  it('notices a connection that freezes without closing, by asking on another one', async () => {
    const pairs: Socket[] = [];
    const state = { frozen: false };
    const proxy = createServer((near) => {
      const far = connectSocket(engine.socket);
      pairs.push(near, far);
      near.on('data', (data) => void (state.frozen || far.write(data))).on('error', () => undefined);
      far.on('data', (data) => void (state.frozen || near.write(data))).on('error', () => undefined);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const connection = connect({
      name: 'frozen',
      host: `tcp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
      labels: {},
    });
    try {
      const events = await openEvents(connection, { filters: {} }, signal);
      state.frozen = true;
      const began = performance.now();
      const error = await failureOf(
        (async () => {
          for await (const _ of events);
        })(),
      );
      assert.deepEqual([error.waybill, /does not answer/.test(error.message)], ['unreachable', true]);
      assert.ok(performance.now() - began < 25_000);
    } finally {
      connection.close();
      for (const socket of pairs) socket.destroy();
      proxy.close();
    }
  });
});
