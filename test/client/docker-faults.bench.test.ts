import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, containerLogs, openEvents } from '../../client/src/docker/index.ts';
import type { DockerHost } from '../../server/src/protocol.ts';
import { makeCertificates } from '../bench/certificates.ts';
import { type Engine, type Generation, startEngine } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import type { RegistryAddress } from '../bench/registry.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { startSshd } from '../bench/sshd.ts';
import { contextFolder, failureOf, open, orderOf, runs, tlsHost, unixHost, until } from './dockerBench.ts';

const signal = new AbortController().signal;
const skip = unavailable('engine', 'registry', 'build-engine', 'sshd');
const generations: readonly Generation[] = ['20.10', '29'];

function listening(answer: RequestListener): Promise<{ readonly server: Server; readonly port: number }> {
  return new Promise((resolve) => {
    const server = createServer(answer).listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address ? address.port : 0 });
    });
  });
}

for (const generation of generations) {
  describe(`Docker Engine ${generation} that is lost`, { skip, timeout: 120_000 }, () => {
    let engine: Engine;
    let registry: RegistryAddress;
    let base: string;

    before(async () => {
      registry = await bench().registry();
      base = `${registry.host}/base/busybox:1`;
      await pushImage(base);
      engine = await startEngine({ generation });
    });
    after(() => engine.stop());

    for (const transport of ['unix', 'tls'] as const) {
      const hostOf = (): DockerHost => (transport === 'unix' ? unixHost(engine) : tlsHost(engine));

      it(`during the context upload: unreachable, at once (${transport})`, async () => {
        using folder = contextFolder({ Dockerfile: `FROM ${base}\nCOPY . /\n` });
        for (let index = 0; index < 4; index += 1) writeFileSync(join(folder.path, `big${index}`), Buffer.alloc(48 * 1024 * 1024, index));
        using opened = open(hostOf());
        await opened.engine.version(signal);
        const began = performance.now();
        const build = failureOf(
          opened.engine.build(
            orderOf(folder.path, 'upload:1'),
            (event) => void (event.type === 'context' && setTimeout(() => void engine.kill9(), 30)),
            signal,
          ),
        );
        const error = await build;
        assert.equal(error.waybill, 'unreachable', error.message);
        assert.match(error.message, /the connection was cut|no such socket|nothing listens/);
        assert.ok(performance.now() - began < 15_000);
        await engine.restart();
      });

      it(`during a step: unreachable, and a next call says that nothing listens (${transport})`, async () => {
        const number = `88${generation.replace('.', '')}${transport === 'unix' ? 1 : 2}`;
        using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN ["/bin/sleep", "${number}"]\n` });
        using opened = open(hostOf());
        const build = failureOf(opened.engine.build(orderOf(folder.path, 'step:1'), () => undefined, signal));
        await until(() => runs('/bin/sleep', number), 20, 'the step runs');
        await engine.kill9();
        const error = await build;
        assert.deepEqual([error.waybill, /the connection was cut/.test(error.message)], ['unreachable', true]);
        using again = open(hostOf());
        assert.match((await failureOf(again.engine.version(signal))).message, /nothing listens/);
        await engine.restart();
      });

      it(`during a log and events: unreachable, no line lost before (${transport})`, async () => {
        await engine.docker('pull', '-q', base);
        const script = 'i=0; while [ $i -lt 5 ]; do echo "line $i ü"; i=$((i+1)); done; sleep 600';
        const id = (await engine.docker('run', '-d', '--network=none', '--stop-signal=KILL', base, '/bin/sh', '-c', script)).trim();
        const connection = connect(hostOf());
        try {
          const events = failureOf(
            (async () => {
              for await (const _ of await openEvents(connection, { filters: { type: ['container'] } }, signal));
            })(),
          );
          const seen: string[] = [];
          const log = failureOf(
            (async () => {
              for await (const batch of containerLogs(connection, id, { tty: false, follow: true }, signal))
                seen.push(...batch.map((line) => line.text));
            })(),
          );
          await until(() => seen.length === 5, 10, 'five lines');
          await engine.kill9();
          assert.deepEqual([(await log).waybill, (await events).waybill], ['unreachable', 'unreachable']);
          assert.deepEqual(
            seen,
            [0, 1, 2, 3, 4].map((index) => `line ${index} ü`),
          );
        } finally {
          connection.close();
          await engine.restart();
          await engine.docker('rm', '-f', id);
        }
      });
    }
  });
}

describe('Docker Engines that refuse', { skip, timeout: 60_000 }, () => {
  const hosts: Record<string, DockerHost> = {};
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-tls-'));
    const engine = await bench().engine('20.10');
    const { ca } = engine.tcp;
    const address = `tcp://127.0.0.1:${engine.tcp.port}`;
    const foreign = await makeCertificates(folder, ['IP:127.0.0.1'], 'another authority');
    const registry = await bench().registry();
    const own = tlsHost(engine).tls;
    Object.assign(hosts, {
      noCertificate: { name: 'a', host: address, tls: { ca }, labels: {} },
      foreignCertificate: { name: 'b', host: address, tls: { ca, cert: foreign.clientCertificate, key: foreign.clientKey }, labels: {} },
      foreignServer: { name: 'c', host: address, tls: { ...own, ca: foreign.ca }, labels: {} },
      plain: { name: 'd', host: address, labels: {} },
      noTls: { name: 'e', host: `tcp://${registry.host}`, tls: own, labels: {} },
      noEngine: { name: 'f', host: `tcp://${registry.host}`, labels: {} },
      noFile: { name: 'g', host: address, tls: { ca: '/nowhere/ca.pem' }, labels: {} },
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    noCertificate: ['unauthorized', /refuses our client certificate/],
    foreignCertificate: ['unauthorized', /refuses our client certificate/],
    foreignServer: ['unreachable', /signed by a CA that is not the given one/],
    plain: ['unreachable', /wants TLS on this port/],
    noTls: ['unreachable', /answers without TLS/],
    noEngine: ['unreachable', /is no Docker Engine/],
    noFile: ['configuration', /\/nowhere\/ca\.pem cannot be read \(ENOENT\)/],
  };
  for (const [name, [kind, words]] of Object.entries(cases)) {
    it(`says what is wrong: ${name}`, async () => {
      const host = hosts[name];
      assert.ok(host);
      using opened = open(host);
      const error = await failureOf(opened.engine.version(signal));
      assert.equal(error.waybill, kind, error.message);
      assert.match(error.message, words);
      assert.ok(error.advice.length > 10);
    });
  }

  it('never follows DOCKER_HOST, however wrong it is', async () => {
    const engine = await bench().engine('20.10');
    Object.assign(process.env, { DOCKER_HOST: 'tcp://203.0.113.1:1', DOCKER_CERT_PATH: '/nowhere', DOCKER_TLS_VERIFY: '1' });
    try {
      using opened = open(unixHost(engine));
      assert.equal((await opened.engine.version(signal)).apiVersion, '1.41');
    } finally {
      for (const name of ['DOCKER_HOST', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY']) delete process.env[name];
    }
  });

  it('says when an engine is too old or too new (no such engine can be installed: the answers are played)', async () => {
    for (const [api, least, words] of [
      ['1.39', '1.12', /speaks API 1\.39; Waybill needs 1\.40/],
      ['1.99', '1.60', /wants API 1\.60 at least/],
    ] as const) {
      const { server, port } = await listening((_request, response) => {
        response.setHeader('Api-Version', api).end(JSON.stringify({ Version: '99', MinAPIVersion: least, Os: 'linux', Arch: 'amd64' }));
      });
      using opened = open({ name: 'v', host: `tcp://127.0.0.1:${port}`, labels: {} });
      const error = await failureOf(opened.engine.version(signal));
      assert.equal(error.waybill, 'rejected');
      assert.match(error.message, words);
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('Docker Engine over ssh', { skip, timeout: 60_000 }, () => {
  it("builds through the system's ssh, and refuses a host whose key is not known", async () => {
    const engine = await bench().engine('20.10');
    const base = `${(await bench().registry()).host}/base/busybox:1`;
    await pushImage(base);
    await using sshd = await startSshd({ dockerSocket: engine.socket });
    const programs = mkdtempSync(join(tmpdir(), 'waybill-ssh-'));
    const path = process.env.PATH ?? '';
    const sshWith = (words: string): void => {
      writeFileSync(join(programs, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${sshd.config} ${words} "$@"\n`);
      chmodSync(join(programs, 'ssh'), 0o755);
    };
    process.env.PATH = `${programs}:${path}`;
    try {
      sshWith('');
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nCOPY . /srv/\nRUN ls /srv\n`, a: 'x'.repeat(3_000_000) });
      using opened = open({ name: 'ssh', host: 'ssh://bench', labels: {} });
      assert.equal((await opened.engine.version(signal)).apiVersion, '1.41');
      const built = await opened.engine.build(orderOf(folder.path, 'ssh:1'), () => undefined, signal);
      assert.equal(built.layers.length, 3);
      sshWith('-o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null');
      using stranger = open({ name: 'ssh', host: 'ssh://bench', labels: {} });
      const unknown = await failureOf(stranger.engine.version(signal));
      assert.deepEqual([unknown.waybill, /host key/.test(unknown.message)], ['unreachable', true], unknown.message);
      sshWith('-o IdentityFile=/dev/null -o IdentityAgent=none');
      writeFileSync(sshd.key, 'no key');
      using outsider = open({ name: 'ssh', host: 'ssh://bench', labels: {} });
      assert.equal((await failureOf(outsider.engine.version(signal))).waybill, 'unauthorized');
    } finally {
      process.env.PATH = path;
      rmSync(programs, { recursive: true, force: true });
    }
  });
});
