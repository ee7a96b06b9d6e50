import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { isWaybillError } from '../../client/src/errors.ts';
import { dockerConfigCredentials } from '../../client/src/local/dockerConfigCredentials.ts';
import { fileRecords } from '../../client/src/local/fileRecords.ts';
import { gitSource, withoutCredentials } from '../../client/src/local/gitSource.ts';
import { brokenLinks } from '../../client/src/local/hashChain.ts';
import { localSecrets } from '../../client/src/local/localSecrets.ts';
import { redactor } from '../../client/src/local/redactor.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import { releaseRecord } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-local-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const signal = new AbortController().signal;
const secret = 'Tr0ub4dor&3 /+"x';

describe('the redactor', () => {
  const known = redactor();
  known.register(secret);
  const forms: Record<string, string> = {
    plain: secret,
    base64: Buffer.from(secret).toString('base64'),
    'base64 behind a user name': Buffer.from(`jane:${secret}`).toString('base64'),
    'base64 with a neighbour on each side': Buffer.from(`ja:${secret}:ne`).toString('base64'),
    URL: encodeURIComponent(secret),
    form: encodeURIComponent(secret).replaceAll('%20', '+'),
    JSON: JSON.stringify({ password: secret }),
    hex: Buffer.from(secret).toString('hex'),
  };
  for (const [name, text] of Object.entries(forms)) {
    it(`takes out the ${name} form`, () => {
      const shown = known.redact(`before ${text} after`);
      assert.match(shown, /before .*\[redacted\].* after/);
      assert.ok(!shown.includes(text), shown);
    });
  }
  it('takes out single lines of a key file', () => {
    const keys = redactor();
    keys.register('-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n');
    assert.equal(keys.redact('step 3: hkiG9w0BAQEFAASC'), 'step 3: [redacted]');
  });
  it('leaves other text and empty values alone', () => {
    const other = redactor();
    other.register('');
    other.register('ab');
    assert.equal(other.redact('abc abc'), 'abc abc');
  });
});

describe('secrets by reference', () => {
  const known = redactor();
  const secrets = localSecrets({ redactor: known, vscode: async (name) => (name === 'nexus' ? 'from-the-editor' : undefined) });
  it('reads env, file and the editor, and tells the redactor', async () => {
    process.env.WAYBILL_TEST_SECRET = 'from-the-environment';
    writeFileSync(join(folder, 'secret'), 'from-a-file\n');
    const texts = await Promise.all(
      ['env:WAYBILL_TEST_SECRET', `file:${join(folder, 'secret')}`, 'vscode:nexus'].map((reference) => secrets.read(reference, signal)),
    );
    assert.deepEqual(
      texts.map((bytes) => Buffer.from(bytes).toString()),
      ['from-the-environment', 'from-a-file\n', 'from-the-editor'],
    );
    assert.equal(known.redact('x from-a-file y from-the-editor'), 'x [redacted] y [redacted]');
  });
  for (const [reference, message] of [
    ['env:WAYBILL_NOT_SET', /WAYBILL_NOT_SET.* not set/],
    ['file:/not/there', /is not there/],
    ['file:relative', /relative path/],
    ['vscode:unknown', /holds no secret/],
    ['s3:bucket', /no known source/],
  ] as const) {
    it(`says why ${reference} cannot be read`, () =>
      assert.rejects(secrets.read(reference, signal), { message, waybill: 'configuration' }));
  }
});

describe('credentials from Docker’s configuration', () => {
  const bin = join(folder, 'bin');
  const file = join(folder, 'config.json');
  const asked = join(folder, 'asked');
  mkdirSync(bin);
  const helper = (name: string, body: string) => {
    writeFileSync(join(bin, `docker-credential-${name}`), `#!/bin/sh\nread -r host\nprintf '%s %s\\n' "$1" "$host" >> ${asked}\n${body}\n`);
    chmodSync(join(bin, `docker-credential-${name}`), 0o755);
  };
  helper('good', `printf '{"ServerURL":"%s","Username":"jane","Secret":"helper-password"}' "$host"`);
  helper('other', `printf '{"ServerURL":"evil.example.com","Username":"jane","Secret":"wrong-host"}'`);
  helper('empty', `echo 'credentials not found in native keychain'; exit 1`);
  helper('slow', 'exec sleep 20');
  process.env.PATH = `${bin}:${process.env.PATH}`;
  const known = redactor();
  const credentials = dockerConfigCredentials({ redactor: known, file, timeout: 700 });
  const configure = (config: unknown) => writeFileSync(file, JSON.stringify(config));
  const basic = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

  it('hands a password to exactly the host it is stored for', async () => {
    configure({
      auths: { 'registry.example.com': basic('jane:s3cret:with:colons'), 'https://other.example.com:5000/v1/': basic('li:other-pass') },
    });
    assert.deepEqual(await credentials.forRegistry('registry.example.com', signal), { username: 'jane', password: 's3cret:with:colons' });
    assert.deepEqual(await credentials.forRegistry('other.example.com:5000', signal), { username: 'li', password: 'other-pass' });
    for (const host of [
      'example.com',
      'a.registry.example.com',
      'registry.example.com:443',
      'registry.example.com.evil.com',
      'other.example.com',
    ]) {
      assert.equal(await credentials.forRegistry(host, signal), undefined, host);
    }
    assert.equal(known.redact('pw s3cret:with:colons'), 'pw [redacted]');
  });
  it('asks the helper of the host, by its host on the standard input', async () => {
    configure({ credHelpers: { 'registry.example.com': 'good' }, credsStore: 'empty' });
    assert.deepEqual(await credentials.forRegistry('registry.example.com', signal), { username: 'jane', password: 'helper-password' });
    assert.equal(await credentials.forRegistry('elsewhere.example.com', signal), undefined);
    assert.equal(readFileSync(asked, 'utf8'), 'get registry.example.com\nget elsewhere.example.com\n');
  });
  it('refuses an answer for another host', async () => {
    configure({ credHelpers: { 'registry.example.com': 'other' } });
    assert.equal(await credentials.forRegistry('registry.example.com', signal), undefined);
  });
  for (const [name, message] of [
    ['absent', /not installed/],
    ['slow', /did not answer in time/],
    ['../../bin/sh', /no program name/],
  ] as const) {
    it(`names the trouble with the helper ${name}`, () => {
      configure({ credHelpers: { 'registry.example.com': name } });
      return assert.rejects(credentials.forRegistry('registry.example.com', signal), { message });
    });
  }
  it('is anonymous without a configuration', async () =>
    assert.equal(await dockerConfigCredentials({ redactor: known, file: join(folder, 'none') }).forRegistry('h', signal), undefined));
});

describe('what git says', () => {
  const repository = join(folder, 'repository');
  mkdirSync(join(repository, 'service'), { recursive: true });
  const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trim();
  it('is nothing outside a repository', async () => assert.deepEqual(await gitSource().state(folder, signal), {}));
  it('is revision, branch, commit time, remote and whether this folder is changed', async () => {
    git('init', '-q', '-b', 'main');
    writeFileSync(join(repository, 'service', 'Dockerfile'), 'FROM scratch\n');
    git('add', '.');
    git('-c', 'user.email=jane@example.com', '-c', 'user.name=Jane', 'commit', '-q', '-m', 'first');
    git('remote', 'add', 'origin', 'https://jane:p4ssw0rd@gitlab.example.com/zero/order.git');
    const state = await gitSource().state(join(repository, 'service'), signal);
    assert.equal(state.revision, git('rev-parse', 'HEAD'));
    assert.equal(state.branch, 'main');
    assert.equal(state.dirty, false);
    assert.equal(state.remote, 'https://gitlab.example.com/zero/order.git');
    assert.equal(state.commitTime?.getTime(), Number(git('log', '-1', '--format=%ct')) * 1000);
    writeFileSync(join(repository, 'elsewhere'), 'x');
    assert.equal((await gitSource().state(join(repository, 'service'), signal)).dirty, false);
    writeFileSync(join(repository, 'service', 'new'), 'x');
    assert.equal((await gitSource().state(join(repository, 'service'), signal)).dirty, true);
  });
  it('has no credentials in the remote', () => {
    assert.equal(withoutCredentials('git@gitlab.example.com:zero/order.git'), 'git@gitlab.example.com:zero/order.git');
    assert.equal(withoutCredentials('ssh://git:pw@gitlab.example.com/a.git'), 'ssh://git@gitlab.example.com/a.git');
    assert.equal(withoutCredentials('https://token@gitlab.example.com/a.git?private_token=x'), 'https://gitlab.example.com/a.git');
  });
});

describe('release files and the build journal', () => {
  const known = redactor();
  known.register('very-secret-value');
  const records = fileRecords({ redactor: known });
  const release = releaseRecord({});
  it('keeps a release, once', async () => {
    await records.saveRelease(folder, release);
    await records.saveRelease(folder, { ...release, alias: 'changed-alias' });
    assert.deepEqual((await records.releases(folder, 'order-api')).releases, [release]);
    assert.deepEqual((await records.releases(folder, 'other/order-api')).releases, []);
  });
  it('appends deployments and changes nothing else', async () => {
    const at = { environment: 'dev', at: '2026-11-23T08:17:03Z', by: 'jane@example.com', result: 'Succeeded' };
    await Promise.all(
      [1, 2, 3].map((n) => records.noteDeployment(folder, release.identity.service, release.id, { ...at, environment: `e${n}` })),
    );
    const [kept] = (await records.releases(folder, release.identity.service)).releases;
    assert.deepEqual(kept?.deployments.map((deployment) => deployment.environment).sort(), ['e1', 'e2', 'e3']);
    assert.deepEqual({ ...kept, deployments: [] }, release);
    const proof = (kind: string) => ({ kind, result: 'passed', source: 'ci', digest: `sha256:${'1'.repeat(64)}` });
    await Promise.all(
      ['unit-tests', 'sonar'].map((kind) => records.noteEvidence(folder, release.identity.service, release.id, proof(kind))),
    );
    const [proven] = (await records.releases(folder, release.identity.service)).releases;
    assert.deepEqual(proven?.evidence?.map(({ kind }) => kind).sort(), ['sonar', 'unit-tests']);
    assert.deepEqual(proven?.deployments, kept?.deployments);
  });
  it('reports files that cannot be read, and goes on', async () => {
    const file = join(folder, '.waybill/releases/order-api/rel-000000000000.yaml');
    writeFileSync(file, 'kind: Release\nid: [\n');
    const { releases, unreadable } = await records.releases(folder, 'order-api');
    assert.equal(releases.length, 1);
    assert.deepEqual(unreadable, [file]);
  });
  it('chains the journal, so that a changed line shows, and holds no secret', async () => {
    await Promise.all([1, 2, 3].map((n) => records.appendBuild(folder, { id: `b-${n}`, error: 'step 2: very-secret-value' })));
    const text = readFileSync(join(folder, '.waybill/builds.jsonl'), 'utf8');
    assert.equal(text.trim().split('\n').length, 3);
    assert.ok(!text.includes('very-secret-value'));
    assert.deepEqual(brokenLinks(text), []);
    assert.deepEqual(brokenLinks(text.replace('"b-', '"c-')), [2]);
    assert.deepEqual(brokenLinks(text.split('\n').slice(1).join('\n')), [1]);
  });
});

describe('notes of builds that have begun', () => {
  const records = fileRecords({ redactor: redactor() });
  const { building } = records;
  const note = (id: string) => ({
    id,
    subject: 'zero-dsp/order-api',
    name: 'registry.example.com/order-api:1',
    started: '2026-11-24T10:00:00.000Z',
    builders: ['shared/build-1'],
    pushed: false,
    entry: { id, service: 'zero-dsp/order-api' },
  });
  const file = (id: string) => join(folder, '.waybill/building', `${id}.json`);
  const abandoned = async () => (await building.abandoned(folder)).map(({ id }) => id).sort();
  /** The note as another process would have left it. */
  const ofAnother = (id: string, owner: object) => {
    const mine = JSON.parse(readFileSync(file('b-live'), 'utf8'));
    writeFileSync(file(id), JSON.stringify({ ...mine, id, owner: { ...mine.owner, ...owner } }));
  };

  it('are left alone while their process runs, here or on another machine', async () => {
    await building.begin(folder, note('b-live'));
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    ofAnother('b-gone', { pid: gone });
    ofAnother('b-elsewhere', { pid: gone, host: 'another' });
    if (process.platform === 'linux') ofAnother('b-reused', { since: '1' });
    writeFileSync(file('b-torn'), '{"id":');
    assert.deepEqual(await abandoned(), process.platform === 'linux' ? ['b-gone', 'b-reused'] : ['b-gone']);
  });

  it('go with the end of their build', async () => {
    await records.appendBuild(folder, { id: 'b-live', outcome: 'Succeeded' });
    assert.equal(existsSync(file('b-live')), false);
    assert.equal(readFileSync(join(folder, '.waybill/building/.gitignore'), 'utf8'), '*\n');
  });

  it('are settled by one window only, and never where the end stands already', async () => {
    const entry = { service: 'zero-dsp/order-api', outcome: 'Aborted' };
    const settled = await Promise.all([1, 2, 3].map(() => building.settle(folder, 'b-gone', entry)));
    assert.equal(settled.filter((one) => one).length, 1);
    await records.appendBuild(folder, { id: 'b-late', outcome: 'Succeeded' });
    await building.begin(folder, note('b-late'));
    assert.equal(await building.settle(folder, 'b-late', entry), false);
    assert.equal(existsSync(file('b-late')), false);
  });
});

describe('the clock', () => {
  it('wakes at once when aborted, with the reason', async () => {
    const control = new AbortController();
    const sleeping = systemClock().sleep(60_000, control.signal);
    const reason = new Error('enough');
    control.abort(reason);
    await assert.rejects(sleeping, (error) => error === reason && !isWaybillError(error));
  });
});
