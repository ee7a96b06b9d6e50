// Building what has changed: a product line in git, two daemons, one broken service.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bench, unavailable } from '../bench/shared.ts';
import { writeLocalEnvironments } from '../seed/local.ts';
import { copySample, type SampleCopy } from '../seed/sampleCopy.ts';
import { seed } from '../start/world.ts';
import { objects, waybill } from './cli.ts';

describe('waybill build-all', { skip: unavailable('engine', 'registry', 'build-engine'), timeout: 300_000 }, () => {
  let folder: string;
  let copy: SampleCopy;
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Jane', '-c', 'user.email=jane@example.com', ...args], { cwd: copy.folder, encoding: 'utf8' });
  const call = (...args: readonly string[]) => waybill(['build-all', ...args, '--format', 'json'], { cwd: copy.folder });
  const results = async (code: number, ...args: readonly string[]) => {
    const result = await call(...args);
    assert.equal(result.code, code, `${result.stdout.slice(-3000)}\n${result.stderr}`);
    return Object.fromEntries(
      objects(result.stdout).flatMap((event) => (event.type === 'result' ? [[String(event.service), event.outcome]] : [])),
    );
  };
  const dryRun = async () => {
    const events = objects((await call('--dry-run')).stdout);
    return events.flatMap((event) => (event.type === 'candidate' && event.changed ? [String(event.service)] : [])).sort();
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waybill-build-all-'));
    copy = await copySample(join(folder, 'lantern'));
    const [engine, registry] = await Promise.all([bench().engine('29'), bench().registry()]);
    const { host, port, ca, cert, key } = engine.tcp;
    const local = { host: `tcp://${host}:${port}`, tls: { ca, cert, key } };
    await seed(copy, local, registry.host, () => undefined, AbortSignal.timeout(200_000));
    await writeLocalEnvironments(copy, { builder: local, dev: local });
    await rm(join(copy.folder, 'services', 'legacy'), { recursive: true });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'all');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('builds every service the first time; one that fails does not stop the others', async () => {
    const services = await dryRun();
    assert.equal(services.length, 4);
    await appendFile(join(copy.folder, 'services/price-api/Dockerfile'), 'RUN exit 3\n');
    git('commit', '-qam', 'broken');
    assert.deepEqual(
      await results(3),
      Object.fromEntries(services.map((name) => [name, name.endsWith('/price-api') ? 'Failed' : 'Succeeded'])),
    );
  });

  it('then builds only what failed or has changed: committed, not committed, or new', async () => {
    const names = async () => (await dryRun()).map((name) => name.split('/')[1]);
    assert.deepEqual(await names(), ['price-api']);
    git('revert', '--no-edit', 'HEAD');
    assert.deepEqual(Object.values(await results(0)), ['Succeeded']);
    assert.deepEqual(await names(), []);
    await appendFile(join(copy.folder, 'services/order-api/www/index.html'), 'more\n');
    assert.deepEqual(await names(), ['order-api']);
    git('checkout', '-q', '.');
    await appendFile(join(copy.folder, 'services/tracking/pages/new.html'), 'new\n');
    assert.deepEqual(await names(), ['tracking']);
  });

  it('says when nothing has changed, and what a mistyped product may mean', async () => {
    await rm(join(copy.folder, 'services/tracking/pages/new.html'));
    assert.match((await waybill(['build-all'], { cwd: copy.folder })).stdout, /Nothing has changed\./);
    const { code, stderr } = await waybill(['build-all', 'lanten'], { cwd: copy.folder });
    assert.equal(code, 2);
    assert.match(stderr, /There is no product `lanten`/);
  });
});
