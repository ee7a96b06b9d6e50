import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { archiveContext } from '../../client/src/docker/contextArchive.ts';
import { listContext } from '../../client/src/docker/contextFiles.ts';
import { refuseSecretFiles } from '../../client/src/docker/secretFiles.ts';
import type { BuildSpec } from '../../server/src/protocol.ts';
import { type EngineHandle, type Generation, startEngine } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { contextFolder, failureOf, open, orderOf, runs, tlsHost, until } from './dockerBench.ts';

const skip = unavailable('engine', 'registry', 'build-engine');
const generations: readonly Generation[] = ['20.10', '29'];
const never = new AbortController().signal;

/** A registry in front of another one, which answers `status` instead of taking a manifest. */
async function failing(behind: string, status: number): Promise<{ readonly host: string; readonly server: Server }> {
  const server = createServer((from, to) => {
    if (from.method === 'PUT' && from.url?.includes('/manifests/')) {
      from.resume();
      const code = status === 429 ? 'TOOMANYREQUESTS' : 'UNKNOWN';
      to.writeHead(status, { 'content-type': 'application/json' });
      to.end(JSON.stringify({ errors: [{ code, message: status === 429 ? 'too many requests' : 'not now' }] }));
      return;
    }
    const own = `127.0.0.1:${portOf(server)}`;
    const [host, port] = behind.split(':');
    const forward = { host, port, method: from.method, path: from.url, headers: { ...from.headers, host: own } };
    from.pipe(
      request(forward, (answer: IncomingMessage) => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${portOf(server)}`, server };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Memory, where there is such a folder: a disk needs minutes for very many files when others work with it too. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Empty files, a thousand to a folder. */
function manyFiles(folder: string, count: number): void {
  for (let index = 0; index < count; index++) {
    const part = join(folder, `p${Math.floor(index / 1000)}`);
    if (index % 1000 === 0) mkdirSync(part);
    writeFileSync(join(part, `f${index}`), '');
  }
}

it('100,000 files are listed, looked through and packed', async () => {
  using folder = contextFolder({ Dockerfile: 'FROM scratch\nCOPY . /\n' }, memory);
  manyFiles(folder.path, 100_000);
  const before = process.memoryUsage().rss;
  const context = await listContext(folder.path, join(folder.path, 'Dockerfile'), never);
  await refuseSecretFiles(context.entries, never);
  assert.equal(context.files, 100_001);
  const archive = archiveContext(context, new Date(0));
  let bytes = 0;
  for await (const chunk of archive.stream) bytes += chunk.length;
  await archive.done;
  assert.ok(bytes >= 100_000 * 512, String(bytes));
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grown < 250, `${grown} MB`);
});

for (const generation of generations) {
  describe(`bad input and faults of a build on Docker Engine ${generation}`, { skip, timeout: 300_000 }, () => {
    let engine: EngineHandle;
    let registry: string;
    let base: string;
    before(async () => {
      engine = await bench().engine(generation);
      registry = (await bench().registry()).host;
      base = `${registry}/base/busybox:1`;
      await pushImage(base);
    });

    async function build(folder: string, tag: string, more: Partial<BuildSpec> = {}, signal = never) {
      using opened = open(tlsHost(engine));
      return await opened.engine.build(orderOf(folder, tag, more), () => undefined, signal);
    }
    const run = (tag: string, ...words: readonly string[]) => engine.docker('run', '--rm', '--network=none', tag, ...words);

    it('a link that leads out of the context takes nothing along', async () => {
      using outside = contextFolder({ 'private.txt': 'of this machine' });
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nCOPY . /srv/\n` });
      symlinkSync(join(outside.path, 'private.txt'), join(folder.path, 'link'));
      symlinkSync('../../etc/hostname', join(folder.path, 'up'));
      await build(folder.path, 'faults/link:1');
      assert.equal((await run('faults/link:1', 'readlink', '/srv/link')).trim(), join(outside.path, 'private.txt'));
      using named = contextFolder({ Dockerfile: `FROM ${base}\nCOPY link /srv/\n` });
      symlinkSync(join(outside.path, 'private.txt'), join(named.path, 'link'));
      const outcome = await build(named.path, 'faults/link:2').catch((error: unknown) => error);
      if (outcome instanceof Error) assert.match(outcome.message, /not found|no such file|failed to/i);
      else assert.doesNotMatch(await run('faults/link:2', 'sh', '-c', 'cat /srv/link || true'), /of this machine/);
    });

    it('names with line breaks, quotes and letters of the world', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nCOPY . /srv/\n`, 'a "quoted" größe 😀': 'x' });
      writeFileSync(join(folder.path, 'line\nbreak'), 'x');
      await build(folder.path, 'faults/names:1');
      const list = await run('faults/names:1', 'find', '/srv');
      assert.ok(list.includes('line\nbreak') && list.includes('a "quoted" größe 😀'), list);
    });

    it('5,000 files, with little more memory', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nCOPY . /srv/\n` }, memory);
      manyFiles(folder.path, 5_000);
      const before = process.memoryUsage().rss;
      await build(folder.path, 'faults/many:1', { timeout: 200 });
      const grown = (process.memoryUsage().rss - before) / 2 ** 20;
      assert.equal((await run('faults/many:1', 'sh', '-c', 'find /srv -type f | wc -l')).trim(), '5001');
      assert.ok(grown < 150, `${grown} MB`);
      await engine.docker('rmi', '-f', 'faults/many:1');
    });

    it('a `# syntax` line whose registry cannot be reached', async () => {
      using folder = contextFolder({ Dockerfile: `# syntax=127.0.0.1:9/no/frontend:1\nFROM ${base}\n` });
      const error = await failureOf(build(folder.path, 'faults/syntax:1'));
      assert.equal(error.waybill, 'build-failed');
      assert.match(error.message, /127\.0\.0\.1:9/);
      assert.match(error.advice, /a `# syntax` line needs its registry/);
    });

    it('a platform that the engine cannot run', async () => {
      using folder = contextFolder({ Dockerfile: 'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "true"]\n' });
      // Programs of another machine, as an image of that platform would hold them: the header says s390x.
      const elf = Buffer.alloc(4096);
      elf.write('\x7fELF', 'latin1');
      elf.set([2, 2, 1], 4);
      elf.writeUInt16BE(2, 16);
      elf.writeUInt16BE(22, 18);
      writeFileSync(join(folder.path, 'busybox'), elf, { mode: 0o755 });
      const error = await failureOf(build(folder.path, 'faults/platform:1', { platforms: ['linux/s390x'] }));
      assert.equal(error.waybill, 'build-failed');
      assert.equal(error.at?.line, 3);
      assert.match(error.message, /exec format error/);
      assert.match(error.advice, /cannot run programs of this platform/);
    });

    for (const status of [429, 500]) {
      it(`a registry that answers ${status} to the push`, async () => {
        const { host, server } = await failing(registry, status);
        try {
          using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN echo ${status} ${generation} > /x\n` });
          await build(folder.path, `${host}/faults/push:1`);
          using opened = open(tlsHost(engine));
          const error = await failureOf(opened.engine.push(`${host}/faults/push`, '1', () => undefined, never));
          assert.ok(error.message.includes(host), error.message);
          assert.match(error.message, status === 429 ? /takes no more requests for now/ : /failed while|failed/);
          assert.doesNotMatch(error.message, /undefined/);
        } finally {
          server.close();
          server.closeAllConnections();
        }
      });
    }

    it('cancelled twice, and once more when it is over', async () => {
      const number = `93${generation.replace('.', '')}`;
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN ["/bin/sleep", "${number}"]\n` });
      const first = new AbortController();
      const second = new AbortController();
      const building = failureOf(build(folder.path, 'faults/twice:1', {}, AbortSignal.any([first.signal, second.signal])));
      await until(() => runs('/bin/sleep', number), 30, 'the step runs');
      first.abort();
      second.abort();
      first.abort();
      assert.equal((await building).waybill, 'cancelled');
      await until(() => !runs('/bin/sleep', number), 15, 'nothing runs');
      second.abort();
      await build(folder.path, 'faults/twice:2', {}, AbortSignal.abort()).then(
        () => assert.fail('it was aborted before'),
        (error: unknown) => assert.ok(error instanceof Error),
      );
    });
  });

  describe(`a full disk of Docker Engine ${generation}`, { skip, timeout: 180_000 }, () => {
    let disk: string;
    let temporary: string | undefined;
    before(() => {
      disk = mkdtempSync(join(tmpdir(), 'waybill-disk-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', disk]);
      temporary = process.env.TMPDIR;
    });
    after(() => {
      execFileSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true, force: true });
    });

    it('is told as such, by a step and by the context, and the engine goes on', async () => {
      const registry = (await bench().registry()).host;
      const base = `${registry}/base/busybox:1`;
      await pushImage(base);
      process.env.TMPDIR = disk;
      const engine = await startEngine({ generation }).finally(() => {
        if (temporary === undefined) delete process.env.TMPDIR;
        else process.env.TMPDIR = temporary;
      });
      try {
        using opened = open(tlsHost(engine));
        using step = contextFolder({ Dockerfile: `FROM ${base}\nRUN dd if=/dev/zero of=/big bs=1M count=400\n` });
        const full = await failureOf(opened.engine.build(orderOf(step.path, 'full:1'), () => undefined, never));
        assert.match(full.message, /No space left on device/i);
        assert.match(full.advice, /disk of the builder is full/);
        assert.equal(full.at?.line, 2);
        using big = contextFolder({ Dockerfile: `FROM ${base}\nCOPY . /\n` });
        for (let index = 0; index < 4; index++) writeFileSync(join(big.path, `big${index}`), Buffer.alloc(60 * 2 ** 20, index + 1));
        const context = await failureOf(opened.engine.build(orderOf(big.path, 'full:2'), () => undefined, never));
        assert.match(`${context.message} ${context.advice}`, /no space left on device/i);
        using fine = contextFolder({ Dockerfile: `FROM ${base}\nRUN echo fine\n` });
        execFileSync('mount', ['-o', 'remount,size=192m', disk]); // To free room the engine writes down what it frees.
        await engine.docker('builder', 'prune', '--all', '--force');
        assert.equal((await opened.engine.build(orderOf(fine.path, 'full:3'), () => undefined, never)).layers.length, 2);
      } finally {
        await engine.stop();
      }
    });
  });
}
