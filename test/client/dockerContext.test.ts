import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { extract } from 'tar-stream';
import { archiveContext } from '../../client/src/docker/contextArchive.ts';
import { listContext } from '../../client/src/docker/contextFiles.ts';
import { ignoreOf, readPatterns } from '../../client/src/docker/ignore.ts';
import { refuseSecretFiles } from '../../client/src/docker/secretFiles.ts';
import { isWaybillError } from '../../client/src/errors.ts';

const signal = new AbortController().signal;
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-context-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function hashOf(folder: string, date: Date): Promise<string> {
  const context = await listContext(folder, join(folder, 'Dockerfile'), signal);
  const archive = archiveContext(context, date);
  const hash = createHash('sha256');
  for await (const chunk of archive.stream) hash.update(chunk);
  await archive.done;
  return hash.digest('hex');
}

async function paths(folder: string, dockerfile = join(folder, 'Dockerfile')): Promise<string[]> {
  return (await listContext(folder, dockerfile, signal)).entries.map((entry) => entry.path);
}

interface IgnoreCase {
  readonly patterns: readonly string[];
  readonly paths: readonly string[];
  readonly ignored?: readonly boolean[];
  readonly error?: boolean;
}

describe('.dockerignore', () => {
  it("answers as moby's patternmatcher does (answers recorded from it)", () => {
    const cases = JSON.parse(readFileSync(new URL('./dockerIgnore.fixtures.json', import.meta.url), 'utf8')) as IgnoreCase[];
    assert.ok(cases.length >= 200);
    for (const { patterns, paths: asked, ignored, error } of cases) {
      const ask = () => asked.map((path) => ignoreOf(patterns, 'x').ignores(path));
      if (error) assert.throws(ask, JSON.stringify(patterns));
      else assert.deepEqual(ask(), ignored, JSON.stringify(patterns));
    }
  });

  it('reads marks, comments, exceptions and slashes', () => {
    assert.deepEqual(readPatterns('\uFEFF# c\r\n/a/\n  ! /b/../c \n\n./d\n #e\n'), ['a', '!c', 'd', '#e']);
  });

  it('names the file of a pattern that is not valid', () => {
    assert.throws(() => ignoreOf(['a[', 'b'], '/x/.dockerignore'), /\/x\/\.dockerignore: the pattern `a\[`/);
  });
});

describe('build context', () => {
  it('is the same archive for the same content, whatever times and order the files have', async () => {
    const files = { Dockerfile: 'FROM scratch', 'b/ü.txt': 'ü', 'a.txt': 'a', 'b/a/c': '', 'b.txt': 'x'.repeat(70_000) };
    const [one, two] = [folderWith(files), folderWith(Object.fromEntries(Object.entries(files).reverse()))];
    utimesSync(join(two, 'a.txt'), 1, 1);
    chmodSync(join(two, 'a.txt'), 0o600);
    const date = new Date('2024-01-02T03:04:05.678Z');
    assert.equal(await hashOf(one, date), await hashOf(two, date));
    chmodSync(join(two, 'a.txt'), 0o755);
    assert.notEqual(await hashOf(one, date), await hashOf(two, date));
  });

  it('is an archive that tar and tar-stream read: names of any length and script, links, empty files, files of every size', async () => {
    const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'f'.repeat(200)}`;
    const sizes = [1, 511, 512, 513, 65_536, 65_537, 262_144, 700_001];
    const sized = Object.fromEntries(sizes.map((size) => [`size-${size}`, String(size).repeat(size).slice(0, size)]));
    const folder = folderWith({
      Dockerfile: 'FROM scratch',
      [long]: 'long',
      'ü 😀\n.txt': 'ü',
      empty: '',
      ['h'.repeat(100)]: 'h',
      ...sized,
    });
    symlinkSync(`/${'l'.repeat(150)}`, join(folder, 'link'));
    chmodSync(join(folder, 'empty'), 0o755);
    const { entries } = await listContext(folder, join(folder, 'Dockerfile'), signal);
    const { stream } = archiveContext({ entries }, new Date(1_700_000_000_500));
    const bytes = Buffer.concat(await stream.toArray());
    const target = folderWith({});
    execFileSync('tar', ['-x', '-C', target], { input: bytes });
    for (const entry of entries) {
      if (entry.kind === 'link') assert.equal(readlinkSync(join(target, entry.path)), entry.target);
      if (entry.kind !== 'file') continue;
      assert.ok(readFileSync(join(target, entry.path)).equals(readFileSync(entry.file)), entry.path);
      assert.equal(statSync(join(target, entry.path)).mtimeMs, 1_700_000_000_000);
    }
    const read: string[] = [];
    const reader = extract();
    reader.end(bytes);
    for await (const entry of reader) {
      const { name, mode, uid, gid } = entry.header;
      read.push(`${name} ${mode?.toString(8)} ${uid}:${gid}`);
      entry.resume();
    }
    const expected = entries.map((entry) => {
      if (entry.kind === 'link') return `${entry.path} 777 0:0`;
      return entry.kind === 'folder' ? `${entry.path}/ 755 0:0` : `${entry.path} ${entry.executable ? 755 : 644} 0:0`;
    });
    assert.deepEqual(read, expected);
  });

  it('leaves out what is ignored, keeps what an exception takes back, and always has the Dockerfile', async () => {
    const folder = folderWith({ Dockerfile: '', '.dockerignore': '*\n!src/**/*.js\n', 'src/a/x.js': '', 'src/a/x.ts': '', 'lib/y.js': '' });
    assert.deepEqual(await paths(folder), ['Dockerfile', 'src', 'src/a', 'src/a/x.js']);
  });

  it('prefers <Dockerfile>.dockerignore, and sends a Dockerfile from outside under a hidden name', async () => {
    const folder = folderWith({ '.dockerignore': 'a\n', a: '', b: '' });
    const other = folderWith({ 'My.Dockerfile': '', 'My.Dockerfile.dockerignore': 'b\n.dockerignore' });
    const context = await listContext(folder, join(other, 'My.Dockerfile'), signal);
    assert.deepEqual(
      context.entries.map((entry) => entry.path),
      ['.dockerfile.My.Dockerfile', 'a'],
    );
    assert.equal(context.dockerfile, '.dockerfile.My.Dockerfile');
  });

  it('keeps links as links', async () => {
    const folder = folderWith({ Dockerfile: '' });
    symlinkSync('/nowhere', join(folder, 'link'));
    const { entries } = await listContext(folder, join(folder, 'Dockerfile'), signal);
    assert.deepEqual(
      entries.find((entry) => entry.path === 'link'),
      { kind: 'link', path: 'link', target: '/nowhere' },
    );
  });

  it('fails in words when a file vanishes after it was listed', async () => {
    const folder = folderWith({ Dockerfile: '', a: 'a', z: 'z' });
    const context = await listContext(folder, join(folder, 'Dockerfile'), signal);
    rmSync(join(folder, 'z'));
    const archive = archiveContext(context, new Date());
    const read = (async () => {
      for await (const _ of archive.stream);
    })();
    await Promise.all([assert.rejects(archive.done, /z is not there, or vanished/), assert.rejects(read, /vanished/)]);
  });

  it('fails in words when a file or a folder may not be read', {
    skip: process.getuid?.() !== 0 && 'needs to be another user',
  }, async () => {
    const folder = folderWith({ Dockerfile: 'FROM scratch\n', 'closed.txt': 'x', 'shut/a.txt': 'x' });
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'closed.txt'), 0);
    process.seteuid?.(65534);
    try {
      const context = await listContext(folder, join(folder, 'Dockerfile'), signal);
      const archive = archiveContext(context, new Date(0));
      archive.stream.resume().on('error', () => undefined);
      await assert.rejects(archive.done, /closed\.txt cannot be read \(EACCES\)/);
      process.seteuid?.(0);
      chmodSync(join(folder, 'shut'), 0);
      process.seteuid?.(65534);
      await assert.rejects(listContext(folder, join(folder, 'Dockerfile'), signal), /shut cannot be read \(EACCES\)/);
    } finally {
      process.seteuid?.(0);
    }
  });

  it('refuses secrets, by name and by content, and not their look-alikes (S8)', async () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----\n';
    const bad = folderWith({
      Dockerfile: '',
      '.env': 'A=b',
      'c/.env.production': 'A=b',
      'tls/key.pem': key,
      'tls/id_rsa': key,
      '.npmrc': '//r/:_authToken=abc',
      'm2/settings.xml': '<server><password>abc</password></server>',
    });
    const found = listContext(bad, join(bad, 'Dockerfile'), signal).then(({ entries }) => refuseSecretFiles(entries, signal));
    await assert.rejects(found, (error) => {
      assert.ok(isWaybillError(error) && error.waybill === 'refused');
      for (const name of ['.env ', 'c/.env.production', 'tls/key.pem', 'tls/id_rsa', '.npmrc', 'm2/settings.xml'])
        assert.ok(error.message.includes(name), name);
      assert.doesNotMatch(error.message, /abc/);
      return true;
    });
    const fine = folderWith({
      Dockerfile: '',
      '.env.example': 'A=',
      'ca.pem': '-----BEGIN CERTIFICATE-----',
      '.npmrc': '//r/:_authToken=$' + '{TOKEN}',
      'settings.xml': '<password>$' + '{env.PW}</password>',
      'config.json': '{"a":1}',
    });
    await refuseSecretFiles((await listContext(fine, join(fine, 'Dockerfile'), signal)).entries, signal);
  });
});
