// An OS image and a base image of the sample, built on a real engine, pushed, and written into the standards; another one registered.
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ociRegistry } from '../../client/src/registry/index.ts';
import { pushImage } from '../bench/images.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { writeLocalEnvironments } from '../seed/local.ts';
import { copySample, type SampleCopy } from '../seed/sampleCopy.ts';
import { seed } from '../start/world.ts';
import { objects, waybill } from './cli.ts';

describe('waybill base-image', { skip: unavailable('engine', 'registry', 'build-engine'), timeout: 300_000 }, () => {
  let folder: string;
  let copy: SampleCopy;
  let host: string;
  const registry = ociRegistry({ credentials: { forRegistry: async () => undefined } });
  const signal = AbortSignal.timeout(280_000);
  const call = (...args: readonly string[]) => waybill(['base-image', ...args], { cwd: copy.folder });
  const standards = () => readFile(join(copy.folder, 'waybill.standards.yaml'), 'utf8');
  const comments = (text: string) => text.match(/#.*/g);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waybill-base-image-'));
    copy = await copySample(join(folder, 'lantern'));
    const [engine, addressed] = await Promise.all([bench().engine('29'), bench().registry()]);
    host = addressed.host;
    const tcp = engine.tcp;
    const local = { host: `tcp://${tcp.host}:${tcp.port}`, tls: { ca: tcp.ca, cert: tcp.cert, key: tcp.key } };
    await seed(copy, local, host, () => undefined, AbortSignal.timeout(200_000));
    await writeLocalEnvironments(copy, { builder: local, dev: local });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('builds a patched image of a line, proves its layers, pushes it under the next tag, and writes it into the standards', async () => {
    const before = await standards();
    const [, tag = '', digest = ''] = /name: web-2[\s\S]*?current: \{ tag: (\S+), digest: (\S+) \}/.exec(before) ?? [];
    await appendFile(join(copy.folder, 'images/base/web-2/Dockerfile'), 'LABEL com.example.patched="yes"\n');
    const result = await call('build', 'web-2', '--format', 'json');
    assert.equal(result.code, 0, `${result.stdout.slice(-3000)}\n${result.stderr}`);
    const made = objects(result.stdout).find((event) => event.type === 'base-image');
    assert.ok(made);
    const after = await standards();
    const next = tag.replace(/\d+$/, (count) => String(Number(count) + 1));
    assert.equal(made.tag, next);
    assert.ok(after.includes(`current: { tag: ${next}, digest: ${made.digest} }`), after);
    assert.ok(after.includes(`- { tag: ${tag}, digest: ${digest} }\n`), after);
    assert.deepEqual(comments(after), comments(before));
    const repository = `${host}/base/web`;
    assert.equal(await registry.resolve(repository, next, signal), made.digest);
    const built = await registry.describe(repository, next, signal);
    const earlier = await registry.describe(repository, digest, signal);
    assert.equal(built?.labels['com.example.patched'], 'yes');
    assert.equal(built?.labels['waybill.dev/base-image'], 'lantern/web-2');
    assert.deepEqual(built?.layers, earlier?.layers);
    assert.ok(Array.isArray(made.above) && made.above.includes('parcel/order-api'), JSON.stringify(made.above));
    const journal = await readFile(join(copy.folder, '.waybill/builds.jsonl'), 'utf8');
    assert.ok(journal.includes('"image":"lantern/web-2"') && journal.includes(String(made.digest)), journal);
  });

  it('an OS image says which base images stand on it', async () => {
    const result = await call('build', 'keel-3');
    assert.equal(result.code, 0, `${result.stdout.slice(-3000)}\n${result.stderr}`);
    assert.match(result.stdout, /web-2.* on keel-3/);
  });

  it('a tag that exists is refused before anything is built', async () => {
    const before = await standards();
    const result = await call('build', 'web-2', '--tag', '2.4.1-r3');
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, /The tag `.*\/base\/web:2\.4\.1-r3` exists/);
    assert.equal(await standards(), before);
  });

  it('a Dockerfile that breaks leaves the standards as they were, and the failure in the journal', async () => {
    const before = await standards();
    const dockerfile = join(copy.folder, 'images/base/web-1/Dockerfile');
    await appendFile(dockerfile, 'RUN exit 3\n');
    const result = await call('build', 'web-1');
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, /images\/base\/web-1\/Dockerfile:\d+/);
    assert.equal(await standards(), before);
    assert.match(await readFile(join(copy.folder, '.waybill/builds.jsonl'), 'utf8'), /"image":"lantern\/web-1".*"Failed"/);
  });

  it('registers an image that exists: what it is, by its registry alone', async () => {
    const release = 'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.6"\nPRETTY_NAME="Rocky Linux 9.6"\n';
    const digest = await pushImage(`${host}/os/rocky:9.6-2`, {
      user: '10001',
      files: { '/etc/os-release': release },
      exposedPorts: [8080],
      labels: { vendor: 'example' },
      env: { LANG: 'C.UTF-8' },
    });
    const before = await standards();
    const dry = await call('register', `${host}/os/rocky:9.6-2`, '--layer', 'os', '--dry-run');
    assert.match(dry.stdout, /Rocky Linux 9\.6; 1 layers; user 10001; ports 8080/);
    assert.equal(await standards(), before);
    const result = await call('register', `${host}/os/rocky:9.6-2`, '--layer', 'os');
    assert.equal(result.code, 0, result.stderr);
    const after = await standards();
    for (const line of [
      '  - name: rocky-9\n',
      `    image: ${host}/os/rocky\n    current: { tag: 9.6-2, digest: ${digest} }\n    family: rhel\n    version: "9.6"\n    config:\n`,
      '      user: "10001"\n',
      '      ports: [8080]\n',
      '      labels: { vendor: example }\n',
    ])
      assert.ok(after.includes(line), `${line}\n${after}`);
    assert.deepEqual(comments(after), comments(before));
    assert.equal((await waybill(['lint', 'waybill.standards.yaml'], { cwd: copy.folder })).code, 0);
  });

  it('knows the OS under a base image, and pins a line that has the repository already', async () => {
    const [, tag = ''] = /name: web-1[\s\S]*?current: \{ tag: (\S+),/.exec(await standards()) ?? [];
    const result = await call('register', `${host}/base/web-1:${tag}`, '--dry-run', '--format', 'json');
    const seen = objects(result.stdout).find((event) => event.type === 'registered');
    assert.equal(seen?.line, 'lantern/web-1');
    assert.match(JSON.stringify(seen?.image), /"os":"keel-3"/);
    await pushImage(`${host}/os/rocky:9.6-3`, { files: { '/etc/os-release': 'ID=rocky\n' } });
    assert.equal((await call('register', `${host}/os/rocky:9.6-3`, '--layer', 'os')).code, 0);
    assert.match(await standards(), /current: \{ tag: 9\.6-3, digest: \S+ \}\n {4}previous:\n {6}- \{ tag: 9\.6-2, /);
  });

  it('an image that is not there, and a word that is no verb, are told', async () => {
    assert.match((await call('register', `${host}/os/rocky:none`)).stderr, /has no tag `none`/);
    assert.match((await call('make', 'web-2')).stderr, /neither `build` nor `register`/);
    assert.match((await call('build', 'web-3')).stderr, /The standards have no image `web-3`\. Did you mean `web-2`\?|web-3/);
  });
});
