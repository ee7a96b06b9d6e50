import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { BuildEvent, BuiltImage } from '../../client/src/ports.ts';
import { ociRegistry } from '../../client/src/registry/index.ts';
import type { BuildSpec } from '../../server/src/protocol.ts';
import { type EngineHandle, startEngine } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import type { RegistryAddress } from '../bench/registry.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { contextFolder, failureOf, open, orderOf, tlsHost } from './dockerBench.ts';

const skip = unavailable('engine', 'registry', 'build-engine');
const signal = new AbortController().signal;
const linux = { os: 'linux', architecture: 'amd64' };

describe('what a build takes along', { skip, timeout: 240_000 }, () => {
  let engine: EngineHandle;
  let old: EngineHandle;
  let registry: RegistryAddress;
  let base: string;
  let baseDigest: string;
  const reader = ociRegistry({ credentials: { forRegistry: async () => undefined } });

  before(async () => {
    engine = await bench().engine('29');
    old = await bench().engine('20.10');
    registry = await bench().registry();
    base = `${registry.host}/base/busybox:1`;
    baseDigest = await pushImage(base);
  });

  async function build(
    on: EngineHandle,
    folder: string,
    tag: string,
    more: Partial<BuildSpec>,
  ): Promise<{ image: BuiltImage; events: readonly BuildEvent[] }> {
    using opened = open(tlsHost(on));
    const events: BuildEvent[] = [];
    return { image: await opened.engine.build(orderOf(folder, tag, more), (event) => events.push(event), signal), events };
  }

  async function push(on: EngineHandle, repository: string, tag: string): Promise<string> {
    using opened = open(tlsHost(on));
    return (await opened.engine.push(repository, tag, () => undefined, signal)).digest;
  }

  describe('named contexts', () => {
    it('a folder and an image by digest, and the folder’s own .dockerignore', async () => {
      const assets = `${registry.host}/build/assets`;
      const digest = await pushImage(`${assets}:1`, { files: { '/asset.txt': 'from the image' } });
      using shared = contextFolder({ 'taken.txt': 'from the folder', 'left.txt': 'x', '.dockerignore': 'left.txt\n' });
      using folder = contextFolder({
        Dockerfile: `FROM assets AS a\nFROM ${base}\nCOPY --from=shared / /shared/\nCOPY --from=a /asset.txt /\n`,
      });
      await build(engine, folder.path, 'extras/contexts:1', {
        contexts: [
          { name: 'shared', folder: shared.path },
          { name: 'assets', image: `${assets}:1@${digest}` },
        ],
      });
      const list = await engine.docker('run', '--rm', '--network=none', 'extras/contexts:1', 'cat', '/shared/taken.txt', '/asset.txt');
      assert.equal(list, 'from the folderfrom the image');
      assert.ok(!(await engine.docker('run', '--rm', '--network=none', 'extras/contexts:1', 'ls', '/shared')).includes('left.txt'));
    });

    it('a secret in the folder is found before it leaves the machine', async () => {
      using shared = contextFolder({ 'deep/id_rsa': 'x' });
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nCOPY --from=shared / /\n` });
      const error = await failureOf(build(engine, folder.path, 'extras/secret:1', { contexts: [{ name: 'shared', folder: shared.path }] }));
      assert.equal(error.waybill, 'refused');
      assert.match(error.message, /The context `shared` holds a secret: deep\/id_rsa \(an ssh key\)/);
    });

    it('a folder that is not there is told by its path', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\n` });
      const error = await failureOf(
        build(engine, folder.path, 'extras/gone:1', { contexts: [{ name: 'shared', folder: `${folder.path}/gone` }] }),
      );
      assert.deepEqual([error.waybill, error.message.includes(`${folder.path}/gone is not there`)], ['configuration', true]);
    });

    it('an older engine is refused before anything is sent, naming what is missing', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\n` });
      const contexts = [{ name: 'shared', folder: folder.path }];
      const error = await failureOf(build(old, folder.path, 'extras/old:1', { contexts }));
      assert.equal(error.waybill, 'refused');
      assert.match(
        error.message,
        /Docker Engine 20\.10\S* \(API 1\.41\), whose builds take no named contexts \(`build\.contexts`: shared\)/,
      );
    });
  });

  describe('build cache', () => {
    it('written to a registry and taken from there by an engine that never built it, builder stages too', async () => {
      const ref = `${registry.host}/extras/cache:max`;
      const dockerfile = `FROM ${base} AS builder\nRUN cat /proc/sys/kernel/random/uuid > /once\nFROM ${base}\nCOPY --from=builder /once /once\n`;
      using folder = contextFolder({ Dockerfile: dockerfile });
      const other = await startEngine({ generation: '29' });
      try {
        await build(engine, folder.path, 'extras/cached:1', { cache: { from: [], inline: false, to: { ref, mode: 'max' } } });
        assert.ok(await reader.resolve(`${registry.host}/extras/cache`, 'max', signal), 'the cache is in the registry');
        const { image } = await build(other, folder.path, 'extras/cached:2', { cache: { from: [ref], inline: false } });
        assert.ok(image.steps.cached >= 2, JSON.stringify(image.steps));
        const of = (on: EngineHandle, tag: string) => on.docker('run', '--rm', '--network=none', tag, 'cat', '/once');
        assert.equal(await of(other, 'extras/cached:2'), await of(engine, 'extras/cached:1'));
      } finally {
        await other.stop();
      }
    });

    it('a cache that is not there is passed over', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN echo not there\n` });
      const cache = { from: [`${registry.host}/extras/never:cache`], inline: false };
      await build(engine, folder.path, 'extras/never:1', { cache });
      await build(old, folder.path, 'extras/never:1', { cache });
    });

    it('a cache that cannot be written is told, and the image is there all the same', async () => {
      const closed = (await bench().registryWithAccount()).host;
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN echo unwritten\n` });
      const to = { ref: `${closed}/extras/cache:closed`, mode: 'max' as const };
      const { image, events } = await build(engine, folder.path, 'extras/unwritten:1', { cache: { from: [], inline: false, to } });
      assert.match(image.id, /^sha256:/);
      const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
      assert.equal(warnings.length, 1, warnings.join('\n'));
      assert.match(
        warnings[0] ?? '',
        /build cache could not be written.*build\.cache\.to.*(401|no basic auth|unauthorized|authorization)/s,
      );
    });

    for (const generation of ['29', '20.10'] as const) {
      it(`inside of the image (Docker Engine ${generation})`, async () => {
        const on = generation === '29' ? engine : old;
        const repository = `${registry.host}/extras/inline${generation.replace('.', '')}`;
        using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN cat /proc/sys/kernel/random/uuid > /once\n` });
        const { image } = await build(on, folder.path, `${repository}:1`, { cache: { from: [], inline: true } });
        await push(on, repository, '1');
        await on.docker('builder', 'prune', '--all', '--force');
        await on.docker('rmi', '--force', `${repository}:1`);
        const again = await build(on, folder.path, `${repository}:2`, { cache: { from: [`${repository}:1`], inline: true } });
        assert.deepEqual(again.image.layers, image.layers);
      });
    }

    it('an older engine is refused when the cache should go to a registry', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\n` });
      const cache = { from: [], inline: false, to: { ref: `${registry.host}/extras/cache:no`, mode: 'min' as const } };
      assert.match((await failureOf(build(old, folder.path, 'extras/old:2', { cache }))).message, /take no cache export to a registry/);
    });
  });

  describe('statements about the image', () => {
    it('provenance makes an index, whose digest is pushed and verified and whose image keeps its layers', async () => {
      const repository = `${registry.host}/extras/proved`;
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nARG LEVEL\nRUN echo $LEVEL >/level\n` });
      const { image, events } = await build(engine, folder.path, `${repository}:1`, { provenance: 'max', args: { LEVEL: '7' } });
      assert.deepEqual(
        events.filter(({ type }) => type === 'warning'),
        [],
      );
      const digest = await push(engine, repository, '1');
      const found = await reader.manifest(repository, digest, signal);
      const statement = found?.manifest.manifests?.find(({ annotations }) => annotations?.['vnd.docker.reference.type']);
      assert.ok(statement, JSON.stringify(found?.manifest));
      const held = await reader.manifest(repository, statement.digest, signal);
      const layer = held?.manifest.layers?.[0];
      assert.ok(layer);
      const text = Buffer.from(await reader.blob(repository, layer, signal)).toString('utf8');
      const json: { predicateType: string } = JSON.parse(text);
      assert.match(json.predicateType, /^https:\/\/slsa\.dev\/provenance\//);
      assert.ok(text.includes('"build-arg:LEVEL":"7"') && text.includes('echo $LEVEL'), text.slice(0, 2000));
      assert.deepEqual(await reader.layersOf({ repository, digest }, linux, signal), image.layers);
      using opened = open(tlsHost(engine));
      assert.deepEqual(await opened.engine.layersOf({ repository, digest }, signal), image.layers);
      const order = { image: { repository, digest }, from: baseImage(), to: baseImage(), labels: {} };
      const plan = await reader.planRebase(order, signal);
      assert.deepEqual([plan.refusals, plan.layers.exchanged, plan.layers.kept], [[], 1, 1]);
    });

    it('an engine whose store keeps none says so, and builds', async () => {
      using folder = contextFolder({ Dockerfile: `FROM ${base}\n` });
      const { image, events } = await build(old, folder.path, 'extras/unproved:1', { provenance: 'min' });
      assert.equal(image.layers.length, 1);
      assert.ok(events.some((event) => event.type === 'warning' && /makes no provenance: its image store keeps none/.test(event.message)));
    });

    it('the scanner of the standards lists what is in the image', async () => {
      const scanner = `${registry.host}/tools/scanner`;
      const script = [
        '#!/bin/sh',
        'ls /bin >/dev/null || exit 1',
        `printf '{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{"spdxVersion":"SPDX-2.3","name":"%s"}}' "$(ls $BUILDKIT_SCAN_SOURCE | tr '\\n' ' ')" > $BUILDKIT_SCAN_DESTINATION/sbom.spdx.json`,
      ].join('\n');
      const digest = await pushImage(`${scanner}:1`, { command: ['/bin/scan'], files: { '/bin/scan': script } });
      const repository = `${registry.host}/extras/listed`;
      using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN touch /marker\n` });
      await build(engine, folder.path, `${repository}:1`, { sbomScanner: `${scanner}:1@${digest}` });
      const index = await reader.manifest(repository, await push(engine, repository, '1'), signal);
      const statement = index?.manifest.manifests?.find(({ annotations }) => annotations?.['vnd.docker.reference.type']);
      const held = statement && (await reader.manifest(repository, statement.digest, signal));
      const layer = held?.manifest.layers?.[0];
      assert.ok(layer, JSON.stringify(index?.manifest));
      const text = Buffer.from(await reader.blob(repository, layer, signal)).toString('utf8');
      assert.ok(text.includes('spdx.dev/Document') && text.includes('marker'), text);
    });

    const baseImage = () => ({ repository: base.replace(/:1$/, ''), digest: baseDigest });
  });

  describe('the ssh agent', { skip: unavailable('sshd') }, () => {
    let folder: string;
    let environment: string | undefined;
    let agent: ReturnType<typeof spawn>;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'waybill-agent-'));
      const socket = join(folder, 'agent');
      agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'key of the bench', '-f', join(folder, 'key')]);
      for (let tries = 0; tries < 50; tries++) {
        try {
          execFileSync('ssh-add', ['-q', join(folder, 'key')], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
          break;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      environment = process.env.SSH_AUTH_SOCK;
      process.env.SSH_AUTH_SOCK = socket;
    });
    after(() => {
      if (environment === undefined) delete process.env.SSH_AUTH_SOCK;
      else process.env.SSH_AUTH_SOCK = environment;
      agent.kill();
      rmSync(folder, { recursive: true, force: true });
    });

    /** `ssh-add` of this machine, with the libraries that it needs. */
    function sshAdd(): Readonly<Record<string, string>> {
      const libraries = [...execFileSync('ldd', ['/usr/bin/ssh-add'], { encoding: 'utf8' }).matchAll(/(\/\S+)/g)].map(([path]) => path);
      return Object.fromEntries(['/usr/bin/ssh-add', ...libraries].map((path) => [path.slice(1), path]));
    }

    for (const generation of ['29', '20.10'] as const) {
      it(`lists its keys to a step, and signs nothing for others (Docker Engine ${generation})`, async () => {
        const on = generation === '29' ? engine : old;
        using context = contextFolder({ Dockerfile: `FROM ${base}\nCOPY root /\nRUN --mount=type=ssh /usr/bin/ssh-add -L > /keys\n` });
        for (const [path, from] of Object.entries(sshAdd())) {
          mkdirSync(dirname(join(context.path, 'root', path)), { recursive: true });
          copyFileSync(from, join(context.path, 'root', path));
        }
        const tag = `extras/ssh${generation.replace('.', '')}:1`;
        await build(on, context.path, tag, { ssh: ['default'] });
        assert.match(await on.docker('run', '--rm', '--network=none', tag, 'cat', '/keys'), /key of the bench/);
        writeFileSync(join(context.path, 'Dockerfile'), `FROM ${base}\nCOPY root /\nRUN --mount=type=ssh,required /usr/bin/ssh-add -l\n`);
        const error = await failureOf(build(on, context.path, tag, {}));
        assert.equal(error.waybill, 'build-failed');
        using required = contextFolder({ Dockerfile: `FROM ${base}\nRUN --mount=type=ssh,id=other,required true\n` });
        const other = await failureOf(build(on, required.path, tag, { ssh: ['default'] }));
        assert.match(other.message, /build\.ssh of waybill\.yaml does not name the ssh id other/);
      });
    }
  });
});
