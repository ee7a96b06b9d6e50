import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect } from '../../client/src/docker/connection.ts';
import { dockerContextPools, withDockerContexts } from '../../client/src/local/dockerContexts.ts';
import type { Documents } from '../../client/src/ports.ts';
import type { EngineHandle } from '../bench/engine.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { failureOf } from './dockerBench.ts';
import { model } from './treeSamples.ts';

const skip = unavailable('engine');
const signal = new AbortController().signal;

describe('hosts of the Docker CLI', { skip, timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-contexts-'));
  const old = process.env.DOCKER_CONFIG;
  let engine: EngineHandle;

  before(async () => {
    engine = await bench().engine('20.10');
    const { host, port, ca, cert, key } = engine.tcp;
    const docker = (...args: readonly string[]) => execFileSync('docker', ['--config', folder, ...args], { stdio: 'pipe' });
    docker('context', 'create', 'far', '--docker', `host=tcp://${host}:${port},ca=${ca},cert=${cert},key=${key}`);
    docker('context', 'create', 'careless', '--docker', `host=tcp://${host}:${port},ca=${ca},cert=${cert},key=${key},skip-tls-verify=true`);
    docker('context', 'create', 'near', '--docker', `host=unix://${engine.socket}`);
    mkdirSync(join(folder, 'buildx', 'instances'), { recursive: true });
    writeFileSync(join(folder, 'buildx', 'instances', 'broken'), '{');
    const nodes = [
      { Name: 'team0', Endpoint: 'far' },
      { Name: 'team1', Endpoint: 'ssh://builder@host' },
      { Name: 'team2', Endpoint: 'gone' },
    ];
    writeFileSync(join(folder, 'buildx', 'instances', 'team'), JSON.stringify({ Name: 'team', Driver: 'docker-container', Nodes: nodes }));
    writeFileSync(join(folder, 'buildx', 'instances', 'cluster'), JSON.stringify({ Name: 'cluster', Driver: 'kubernetes', Nodes: nodes }));
    process.env.DOCKER_CONFIG = folder;
  });
  after(() => {
    if (old === undefined) delete process.env.DOCKER_CONFIG;
    else process.env.DOCKER_CONFIG = old;
    rmSync(folder, { recursive: true, force: true });
  });

  it('are pools: contexts as one, each buildx builder on engines as one; hosts that are not verified are left out', async () => {
    const pools = await dockerContextPools();
    assert.deepEqual(
      pools.map(({ name, members }) => [name, ...members.map((member) => `${member.name} ${member.host.replace(/\d{4,5}$/, 'port')}`)]),
      [
        ['docker-contexts', 'far tcp://127.0.0.1:port', `near unix://${engine.socket}`],
        ['buildx-team', 'team0 tcp://127.0.0.1:port', 'team1 ssh://builder@host'],
      ],
    );
  });

  it('connect with the certificates of the context', async () => {
    for (const pool of await dockerContextPools()) {
      for (const member of pool.members.filter(({ host }) => !host.startsWith('ssh'))) {
        const connection = connect(member);
        assert.equal((await connection.version(signal)).apiVersion, '1.41');
        connection.close();
      }
    }
  });

  it('stay out of a workspace that is not trusted, and behind its own pools', async () => {
    const own = model({ pools: [{ name: 'docker-contexts', policy: 'affinity', maxQueue: 1, patience: 1, members: [] }] });
    const documents = { model: async () => own } as unknown as Documents;
    const names = async (trusted: boolean) =>
      (await withDockerContexts(documents, () => trusted).model(signal)).pools.map(({ name }) => name);
    assert.deepEqual(await names(false), ['docker-contexts']);
    assert.deepEqual(await names(true), ['docker-contexts', 'buildx-team']);
  });

  it('certificates may be a secret of the editor: key, certificate and CA one after the other', async () => {
    const { host, port, ca, cert, key } = engine.tcp;
    const text = [key, cert, ca].map((file) => readFileSync(file, 'utf8')).join('');
    const secrets = { read: async (reference: string) => Buffer.from(reference === 'vscode:build-tls' ? text : 'nothing of the kind') };
    const at = (vscodeSecret: string) => ({ name: 'far', host: `tcp://${host}:${port}`, tls: { vscodeSecret }, labels: {} });
    const connection = connect(at('build-tls'), secrets);
    assert.equal((await connection.version(signal)).apiVersion, '1.41');
    connection.close();
    const error = await failureOf(connect(at('other'), secrets).version(signal));
    assert.deepEqual([error.waybill, /does not hold a private key/.test(error.message)], ['configuration', true]);
    assert.ok(!error.message.includes('nothing of the kind'));
  });
});
