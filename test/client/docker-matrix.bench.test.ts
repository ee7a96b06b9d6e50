import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DockerHost } from '../../server/src/protocol.ts';
import { type Engine, type Generation, startEngine } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { account, bench, unavailable } from '../bench/shared.ts';
import { type Sshd, startSshd } from '../bench/sshd.ts';
import { contextFolder, failureOf, open, orderOf, runs, tlsHost, unixHost, until } from './dockerBench.ts';
import { type SshClient, sshClient } from './sshClient.ts';

const signal = new AbortController().signal;
const skip = unavailable('engine', 'registry', 'build-engine', 'sshd');
const rows: readonly { readonly generation: Generation; readonly builder: 'buildkit' | 'classic' }[] = [
  { generation: '29', builder: 'buildkit' },
  { generation: '20.10', builder: 'buildkit' },
  { generation: '20.10', builder: 'classic' },
];

for (const { generation, builder } of rows) {
  describe(`Docker Engine ${generation} with ${builder}`, { skip, timeout: 180_000 }, () => {
    let engine: Engine;
    let sshd: Sshd;
    let ssh: SshClient;
    let base: string;
    let registry: string;
    const folder = mkdtempSync(join(tmpdir(), 'waybill-matrix-'));

    before(async () => {
      writeFileSync(join(folder, 'daemon.json'), JSON.stringify({ features: { buildkit: builder === 'buildkit' } }));
      engine = await startEngine({ generation, args: ['--config-file', join(folder, 'daemon.json')] });
      sshd = await startSshd({ dockerSocket: engine.socket });
      ssh = sshClient(sshd);
      registry = (await bench().registryWithAccount()).host;
      base = `${registry}/base/busybox:1`;
      await pushImage(base, {}, account);
    });
    after(async () => {
      ssh[Symbol.dispose]();
      await Promise.all([engine.stop(), sshd.stop()]);
      rmSync(folder, { recursive: true, force: true });
    });

    for (const transport of ['unix', 'tls', 'ssh'] as const) {
      const host = (): DockerHost =>
        transport === 'unix' ? unixHost(engine) : transport === 'tls' ? tlsHost(engine) : { name: 'ssh', host: 'ssh://bench', labels: {} };
      const accounts = () => ({ [registry]: account });

      it(`builds from a private base, again from the cache, and pushes (${transport})`, async () => {
        using opened = open(host(), accounts());
        using context = contextFolder({
          Dockerfile: `FROM ${base}\nCOPY . /srv/\nRUN cat /srv/a.txt && touch /made\n`,
          'a.txt': transport,
          'b.txt': 'left out',
          '.dockerignore': 'b.*\n',
        });
        const repository = `${registry}/matrix/${generation.replace('.', '-')}-${builder}-${transport}`;
        const order = orderOf(context.path, `${repository}:1`);
        const output: string[] = [];
        const first = await opened.engine.build(order, (event) => event.type === 'output' && output.push(event.text), signal);
        assert.equal(first.engine, builder);
        assert.match(output.join(''), new RegExp(transport));
        assert.equal(first.layers.length, 3);
        const second = await opened.engine.build(order, () => undefined, signal);
        // The classic builder never says of FROM that it was there.
        assert.deepEqual([second.id, second.steps.ran], [first.id, builder === 'classic' ? 1 : 0]);
        const pushed = await opened.engine.push(repository, '1', () => undefined, signal);
        assert.match(pushed.digest, /^sha256:[0-9a-f]{64}$/);
      });

      it(`puts a failing step on its line (${transport})`, async () => {
        using opened = open(host(), accounts());
        using context = contextFolder({ Dockerfile: `FROM ${base}\n\nRUN echo broken && exit 3\n` });
        const error = await failureOf(opened.engine.build(orderOf(context.path, 'matrix:fails'), () => undefined, signal));
        assert.deepEqual([error.waybill, error.at?.line], ['build-failed', 3]);
        assert.match(error.message, /broken/);
      });

      it(`stops on the engine when it is cancelled (${transport})`, async () => {
        using opened = open(host(), accounts());
        const number = String(7_000_000 + Math.floor(Math.random() * 1_000_000));
        using context = contextFolder({ Dockerfile: `FROM ${base}\nRUN ["/bin/sleep", "${number}"]\n` });
        const stop = new AbortController();
        const build = failureOf(opened.engine.build(orderOf(context.path, 'matrix:stopped'), () => undefined, stop.signal));
        await until(() => runs('/bin/sleep', number), 30, 'the step runs');
        stop.abort();
        assert.equal((await build).waybill, 'cancelled');
        await until(() => !runs('/bin/sleep', number), 15, 'the step is gone');
      });
    }
  });
}
