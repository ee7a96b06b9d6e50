import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import type { BuildEvent } from '../../client/src/ports.ts';
import { ociRegistry } from '../../client/src/registry/index.ts';
import type { DockerHost } from '../../server/src/protocol.ts';
import type { EngineHandle, Generation } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import type { RegistryAddress } from '../bench/registry.ts';
import { account, bench, unavailable } from '../bench/shared.ts';
import { contextFolder, failureOf, open, orderOf, runs, tlsHost, unixHost, until } from './dockerBench.ts';

const signal = new AbortController().signal;
const skip = unavailable('engine', 'registry', 'build-engine');
const generations: readonly Generation[] = ['20.10', '29'];

for (const generation of generations) {
  describe(`builds on Docker Engine ${generation}`, { skip, timeout: 120_000 }, () => {
    let engine: EngineHandle;
    let host: DockerHost;
    let registry: RegistryAddress;
    let closed: RegistryAddress;
    let base: string;
    let privateBase: string;

    before(async () => {
      engine = await bench().engine(generation);
      host = tlsHost(engine);
      registry = await bench().registry();
      closed = await bench().registryWithAccount();
      base = `${registry.host}/base/busybox:1`;
      privateBase = `${closed.host}/base/busybox:1`;
      await pushImage(base);
      await pushImage(privateBase, {}, account);
    });

    it('builds, labels, answers from the cache the second time, and pushes the digest that the registry has', async () => {
      using folder = contextFolder({
        Dockerfile: `ARG BASE\nFROM \${BASE}\nCOPY . /srv/\nRUN ls /srv >/list && echo hällo\nUSER 1000\n`,
        'app.txt': `for ${generation}`,
        'empty.txt': '',
        'left/out.txt': '',
        '.dockerignore': 'left\n*.log\n',
        'a.log': '',
      });
      using opened = open(host);
      const tag = `${registry.host}/zero/order-api:b${generation}`;
      const order = orderOf(folder.path, tag, { args: { BASE: base } });
      const events: BuildEvent[] = [];
      const first = await opened.engine.build(order, (event) => events.push(event), signal);
      assert.equal(first.engine, 'buildkit');
      assert.equal(first.member, host.name);
      assert.match(first.id, /^sha256:/);
      assert.deepEqual(first.config.labels, { 'com.example.team': 'zero', 'org.opencontainers.image.revision': 'abc' });
      assert.equal(first.config.user, '1000');
      assert.equal(first.layers.length, 3);
      assert.ok(events.some((event) => event.type === 'output' && event.text === 'hällo\n'));
      assert.ok(
        events.some((event) => event.type === 'step' && event.state === 'done' && event.line === 4 && event.name.includes('RUN ls')),
      );
      const list = await engine.docker('run', '--rm', '--network=none', tag, 'cat', '/list');
      for (const name of ['app.txt', 'empty.txt']) assert.ok(list.includes(name), list);
      for (const name of ['left', 'a.log']) assert.ok(!list.includes(name), list);
      const second = await opened.engine.build(order, () => undefined, signal);
      assert.deepEqual(second.layers, first.layers);
      assert.ok(second.steps.ran === 0 && second.steps.cached >= 2, JSON.stringify(second.steps));

      const pushed = await opened.engine.push(`${registry.host}/zero/order-api`, `b${generation}`, () => undefined, signal);
      const reader = ociRegistry({ credentials: { forRegistry: async () => undefined } });
      assert.equal(await reader.resolve(`${registry.host}/zero/order-api`, `b${generation}`, signal), pushed.digest);
      assert.equal(pushed.pushed + pushed.mounted + pushed.existing, 3);
      const again = await opened.engine.push(`${registry.host}/zero/order-api`, `b${generation}`, () => undefined, signal);
      assert.deepEqual([again.digest, again.existing, again.pushed], [pushed.digest, 3, 0]);
      const image = { repository: `${registry.host}/zero/order-api`, digest: pushed.digest };
      assert.deepEqual(await opened.engine.layersOf(image, signal), first.layers);
      assert.deepEqual(await reader.layersOf(image, { os: 'linux', architecture: 'amd64' }, signal), first.layers);
    });

    it('reads the layers of an image that the engine does not have from its registry', async () => {
      const repository = `${registry.host}/elsewhere/app${generation.replace('.', '')}`;
      const digest = await pushImage(`${repository}:1`);
      using opened = open(host);
      assert.equal((await opened.engine.layersOf({ repository, digest }, signal)).length, 1);
    });

    it('maps a failing step to its line, with its last words', async () => {
      using folder = contextFolder({
        Dockerfile: `FROM ${base}\nENV A=b\n\nRUN echo fine && \\\n  echo broken >&2 && \\\n  exit 3\nRUN never\n`,
      });
      using opened = open(host);
      const events: BuildEvent[] = [];
      const error = await failureOf(opened.engine.build(orderOf(folder.path, 'x:1'), (event) => events.push(event), signal));
      assert.equal(error.waybill, 'build-failed');
      assert.deepEqual(error.at, { file: `${folder.path}/Dockerfile`, line: 4 });
      assert.match(error.message, /exit code: 3\n(fine\nbroken|broken\nfine)$/); // Two pipes: their order is not certain.
      assert.ok(events.some((event) => event.type === 'step' && event.state === 'failed' && event.line === 4));
    });

    it('maps a mistake in the file and a base that is not there to their lines', async () => {
      using wrong = contextFolder({ Dockerfile: `FROM ${base}\n\nFOO bar\n` });
      using missing = contextFolder({ Dockerfile: `FROM ${base} AS one\nFROM ${registry.host}/no/such:1\nRUN x\n` });
      using opened = open(host);
      const mistake = await failureOf(opened.engine.build(orderOf(wrong.path, 'x:1'), () => undefined, signal));
      assert.deepEqual([mistake.waybill, mistake.at?.line], ['build-failed', 3]);
      const absent = await failureOf(opened.engine.build(orderOf(missing.path, 'x:1'), () => undefined, signal));
      assert.deepEqual([absent.waybill, absent.at?.line], ['build-failed', 2]);
      assert.match(absent.advice, /base image exists/);
    });

    it('takes a Dockerfile from outside the context, and one platform', async () => {
      using folder = contextFolder({ 'a.txt': 'a' });
      using other = contextFolder({ 'Special.Dockerfile': `FROM ${base}\nCOPY a.txt /\nRUN cat /a.txt\n` });
      using opened = open(host);
      const dockerfile = `${other.path}/Special.Dockerfile`;
      const built = await opened.engine.build(
        orderOf(folder.path, 'outside:1', { dockerfile, platforms: ['linux/amd64'] }),
        () => undefined,
        signal,
      );
      assert.equal(built.layers.length, 3);
      const two = { dockerfile, platforms: ['linux/amd64', 'linux/arm64'] };
      assert.equal(
        (await failureOf(opened.engine.build(orderOf(folder.path, 'outside:2', two), () => undefined, signal))).waybill,
        'refused',
      );
    });

    it('fails in words when a file vanishes while the context is sent, and refuses secret files', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nCOPY . /srv/\n`, a: 'x'.repeat(1_000_000), z: 'z' });
      using opened = open(host);
      const vanish = (event: BuildEvent): void => {
        if (event.type === 'context') rmSync(`${folder.path}/z`);
      };
      const error = await failureOf(opened.engine.build(orderOf(folder.path, 'vanish:1'), vanish, signal));
      assert.match(error.message, /\/z is not there, or vanished/);
      writeFileSync(`${folder.path}/.env`, 'PASSWORD=x');
      const events: BuildEvent[] = [];
      const secret = await failureOf(opened.engine.build(orderOf(folder.path, 'vanish:2'), (event) => events.push(event), signal));
      assert.deepEqual([secret.waybill, /\.env/.test(secret.message), events], ['refused', true, []]);
    });

    it('mounts a secret, and its value is in no event, layer or error', async () => {
      const value = `v3ry-s3cr3t-${generation}`;
      const run = 'RUN --mount=type=secret,id=token';
      using folder = contextFolder({
        Dockerfile: `FROM ${base}\n${run} test "$(cat /run/secrets/token)" = "${value.slice(0, 4)}${value.slice(4)}" || exit 9\n`.replace(
          value,
          `$(printf %s v3ry-; printf %s s3cr3t-${generation})`,
        ),
      });
      using opened = open(host, {}, value);
      const more = { secrets: [{ id: 'token', from: 'env:TOKEN' }] };
      const events: BuildEvent[] = [];
      const built = await opened.engine.build(orderOf(folder.path, 'secret:1', more), (event) => events.push(event), signal);
      assert.doesNotMatch(await engine.docker('history', '--no-trunc', built.id), new RegExp(value));
      using leaking = contextFolder({ Dockerfile: `FROM ${base}\n${run} cat /run/secrets/token && exit 4\n` });
      const error = await failureOf(opened.engine.build(orderOf(leaking.path, 'secret:2', more), (event) => events.push(event), signal));
      assert.match(error.message, /\*\*\*/);
      assert.ok(!JSON.stringify([events, error.message, error.advice]).includes(value));
    });

    it('gives an account to its own registry only (S7)', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${privateBase}\nRUN true\n` });
      using right = open(host, { [closed.host]: account });
      await right.engine.build(orderOf(folder.path, 'private:1'), () => undefined, signal);
      assert.ok(right.asked.includes(closed.host));
      await engine.docker('builder', 'prune', '-af');
      using wrong = open(host, { [registry.host]: account, 'registry.example.com': account });
      const error = await failureOf(wrong.engine.build(orderOf(folder.path, 'private:2', { labels: {} }), () => undefined, signal));
      assert.equal(error.waybill, 'build-failed');
      assert.match(error.advice, /docker login/);
      assert.deepEqual([...new Set(wrong.asked)], [closed.host]);
    });

    it('refuses a push without the account, in words', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nLABEL a=b\n` });
      using opened = open(host);
      const repository = `${closed.host}/zero/order-api`;
      await opened.engine.build(orderOf(folder.path, `${repository}:1`), () => undefined, signal);
      const error = await failureOf(opened.engine.push(repository, '1', () => undefined, signal));
      assert.equal(error.waybill, 'unauthorized');
      assert.match(error.advice, /docker login 127\.0\.0\.1/);
      using right = open(host, { [closed.host]: account });
      assert.match((await right.engine.push(repository, '1', () => undefined, signal)).digest, /^sha256:/);
    });

    for (const transport of ['unix', 'tls'] as const) {
      it(`stops the step on the engine when it is cancelled (${transport})`, async () => {
        const number = `77${generation.replace('.', '')}${transport === 'unix' ? 1 : 2}`;
        using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN ["/bin/sleep", "${number}"]\n` });
        using opened = open(transport === 'unix' ? unixHost(engine) : host);
        const stop = new AbortController();
        const build = failureOf(opened.engine.build(orderOf(folder.path, 'cancel:1'), () => undefined, stop.signal));
        await until(() => runs('/bin/sleep', number), 20, 'the step runs');
        stop.abort();
        assert.equal((await build).waybill, 'cancelled');
        await until(() => !runs('/bin/sleep', number), 10, 'the step is gone');
      });
    }

    it('ends a build that lasts longer than it may', async () => {
      const number = `66${generation.replace('.', '')}`;
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN ["/bin/sleep", "${number}"]\n` });
      using opened = open(host);
      const error = await failureOf(opened.engine.build(orderOf(folder.path, 'slow:1', { timeout: 2 }), () => undefined, signal));
      assert.deepEqual([error.waybill, /within 2 s/.test(error.message)], ['build-failed', true]);
      await until(() => !runs('/bin/sleep', number), 10, 'the step is gone');
    });
  });
}
