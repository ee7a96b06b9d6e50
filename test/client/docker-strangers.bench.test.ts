import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { expiredCertificate, makeCertificates } from '../bench/certificates.ts';
import type { EngineHandle } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { startSshd } from '../bench/sshd.ts';
import { contextFolder, failureOf, open, orderOf, runs, unixHost, until } from './dockerBench.ts';
import { sshClient } from './sshClient.ts';

const signal = new AbortController().signal;
const skip = unavailable('engine', 'registry', 'build-engine', 'sshd');

const portOf = (server: { address(): unknown }): number => (server.address() as { readonly port: number }).port;

describe('certificates that have expired', { skip, timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-expired-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('of the server', async () => {
    const own = await makeCertificates(join(folder, 'pki'));
    const { key, certificate } = await expiredCertificate(
      join(folder, 'server'),
      own,
      'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n',
    );
    const engine = await bench().engine('20.10');
    // The engine's own port with another certificate in front of it.
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (near) => {
      const far = connectSocket(engine.socket);
      near
        .on('error', () => undefined)
        .pipe(far)
        .on('error', () => undefined)
        .pipe(near);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    try {
      const tls = { ca: own.ca, cert: own.clientCertificate, key: own.clientKey };
      using opened = open({ name: 'old', host: `tcp://127.0.0.1:${portOf(server)}`, tls, labels: {} });
      const error = await failureOf(opened.engine.version(signal));
      assert.deepEqual([error.waybill, /its certificate has expired/.test(error.message)], ['unreachable', true], error.message);
      assert.match(error.advice, /Renew/);
    } finally {
      server.close();
    }
  });

  it('of ours', async () => {
    const engine = await bench().engine('20.10');
    const { host, port, ca } = engine.tcp;
    const authority = { ca: join(dirname(engine.log), 'pki', 'ca.pem'), caKey: join(dirname(engine.log), 'pki', 'ca-key.pem') };
    const { key, certificate } = await expiredCertificate(join(folder, 'client'), authority, 'extendedKeyUsage=clientAuth\n');
    using opened = open({ name: 'late', host: `tcp://${host}:${port}`, tls: { ca, cert: certificate, key }, labels: {} });
    const error = await failureOf(opened.engine.version(signal));
    assert.equal(error.waybill, 'unauthorized', error.message);
    assert.match(error.message, /certificate/);
    assert.match(`${error.message} ${error.advice}`, /expired/);
  });
});

describe('hosts over ssh that are not as before', { skip, timeout: 60_000 }, () => {
  it('another host key: nothing is sent, and what it may mean is said', async () => {
    const engine = await bench().engine('20.10');
    await using sshd = await startSshd({ dockerSocket: engine.socket });
    using _client = sshClient(sshd);
    const folder = dirname(sshd.key);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'other_key')]);
    const [kind, key] = readFileSync(join(folder, 'other_key.pub'), 'utf8').split(' ');
    writeFileSync(sshd.knownHosts, `[127.0.0.1]:${sshd.port} ${kind} ${key}\n`);
    using opened = open({ name: 'ssh', host: 'ssh://bench', labels: {} });
    const error = await failureOf(opened.engine.version(signal));
    assert.deepEqual([error.waybill, /host key is another one than before/.test(error.message)], ['unreachable', true], error.message);
    assert.match(error.advice, /fingerprint/);
  });

  it('a key with a passphrase and no agent: it is not asked for, and the way is said', async () => {
    const engine = await bench().engine('20.10');
    await using sshd = await startSshd({ dockerSocket: engine.socket });
    using client = sshClient(sshd);
    copyFileSync(sshd.key, `${sshd.key}.plain`);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'correct horse', '-f', sshd.key]);
    client.with('-o IdentityAgent=none');
    using opened = open({ name: 'ssh', host: 'ssh://bench', labels: {} });
    const began = performance.now();
    const error = await failureOf(opened.engine.version(signal));
    assert.equal(error.waybill, 'unauthorized', error.message);
    assert.match(error.advice, /ssh-add.*passphrase/);
    assert.ok(performance.now() - began < 10_000);
  });
});

describe('a connection that freezes while an engine 29 builds', { skip, timeout: 120_000 }, () => {
  it('is noticed by asking on another one, and nothing runs on', async () => {
    const engine: EngineHandle = await bench().engine('29');
    const base = `${(await bench().registry()).host}/base/busybox:1`;
    await pushImage(base);
    const pairs: Socket[] = [];
    const state = { frozen: false };
    const proxy = createServer((near) => {
      const far = connectSocket(engine.socket);
      pairs.push(near, far);
      near.on('data', (data) => void (state.frozen || far.write(data))).on('error', () => undefined);
      far.on('data', (data) => void (state.frozen || near.write(data))).on('error', () => undefined);
    });
    await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
    const number = '6644771';
    using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN ["/bin/sleep", "${number}"]\n` });
    using opened = open({ ...unixHost(engine), host: `tcp://127.0.0.1:${portOf(proxy)}` });
    try {
      const build = failureOf(opened.engine.build(orderOf(folder.path, 'frozen:1'), () => undefined, signal));
      await until(() => runs('/bin/sleep', number), 30, 'the step runs');
      state.frozen = true;
      const began = performance.now();
      const error = await build;
      assert.deepEqual([error.waybill, /does not answer/.test(error.message)], ['unreachable', true], error.message);
      assert.ok(performance.now() - began < 40_000);
    } finally {
      for (const socket of pairs) socket.destroy();
      proxy.close();
    }
    await until(() => !runs('/bin/sleep', number), 15, 'the step is gone');
  });
});
