import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { objects, waybill } from './cli.ts';

const top = mkdtempSync(join(tmpdir(), 'waybill-lock-'));
after(() => rmSync(top, { recursive: true, force: true }));
const company = join(top, 'company');
const team = join(top, 'team');

function git(folder: string, ...args: string[]): string {
  const identity = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b.c', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b.c' };
  return execFileSync('git', args, { cwd: folder, env: { ...process.env, ...identity }, encoding: 'utf8' }).trim();
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function commit(files: Readonly<Record<string, string>>): string {
  write(company, files);
  git(company, 'add', '.');
  git(company, 'commit', '-qm', 'standards');
  return git(company, 'rev-parse', 'HEAD');
}

const lockOf = () => readFileSync(join(team, 'waybill.lock.yaml'), 'utf8');
const rulesOf = async () => {
  const { stdout } = await waybill(['lint', '--format', 'json'], { cwd: team });
  return stdout;
};
const head = 'apiVersion: waybill.dev/v1\nkind: Standards\n';
const extending = (ref: string) => `${head}metadata: { name: team, version: "1" }\nextends: ["${ref}"]\n`;
const ref = 'git:../company#main:all/waybill.standards.yaml';

describe('waybill lock', () => {
  let first = '';
  before(() => {
    mkdirSync(company);
    git(company, 'init', '-q', '-b', 'main');
    first = commit({
      'all/waybill.standards.yaml': `${head}metadata: { name: company, version: "1" }\ninclude: [parts/*.yaml]\nseverity: { run/sudo: error }\n`,
      'all/parts/jdk.waybill.standards.yaml': 'apiVersion: waybill.dev/v1\nkind: StandardsPart\nseverity: { stage/name-casing: error }\n',
      'all/notes.yaml': 'not: ours\n',
      'other/waybill.standards.yaml': `${head}metadata: { name: other, version: "1" }\n`,
    });
    mkdirSync(team);
    git(team, 'init', '-q');
    write(team, {
      'waybill.standards.yaml': extending(ref),
      Dockerfile: 'FROM scratch AS App\nRUN sudo true\n',
    });
  });

  it('says what is off before the copy is there', async () => {
    assert.match(await rulesOf(), /standards\/extends[\s\S]*is not in `waybill\.lock\.yaml`/);
    const checked = await waybill(['lock', '--check'], { cwd: team });
    assert.equal(checked.code, 1, checked.stderr);
    assert.equal(existsSync(join(team, 'waybill.lock.yaml')), false);
  });

  it('fetches the file and the parts beside it, and pins them', async () => {
    const { code, stdout, stderr } = await waybill(['lock'], { cwd: team });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /pinned {3}git:\.\.\/company#main:all\/waybill\.standards\.yaml\n.*waybill\.lock\.yaml written, 1 copies fetched/);
    assert.match(lockOf(), new RegExp(`commit: "${first}"`));
    const digest = /digest: sha256:([0-9a-f]{64})/.exec(lockOf())?.[1] ?? '';
    const copy = join(team, '.waybill/cache/extends', digest);
    assert.deepEqual(readdirSync(copy, { recursive: true }).map(String).sort(), [
      'parts',
      join('parts', 'jdk.waybill.standards.yaml'),
      'waybill.standards.yaml',
    ]);
    assert.equal(readFileSync(join(team, '.waybill/cache/.gitignore'), 'utf8'), '*\n');
    assert.equal(git(team, 'status', '--porcelain', '--untracked-files=all', '--', '.waybill'), '');
    const sums = execFileSync('sh', ['-c', 'sha256sum parts/jdk.waybill.standards.yaml waybill.standards.yaml | sha256sum'], { cwd: copy });
    assert.equal(sums.toString().slice(0, 64), digest);
  });

  it('makes the rules of the copy and of its parts count', async () => {
    const found = await rulesOf();
    assert.doesNotMatch(found, /standards\/extends|lock\/outdated/);
    const severities = objects(found).flatMap(
      (line) => JSON.stringify(line).match(/"rule":"(?:run\/sudo|stage\/name-casing)"[^}]*?"severity":"\w+"/g) ?? [],
    );
    assert.equal(severities.length > 0 || /run\/sudo/.test(found), true, found);
  });

  it('keeps what is pinned when the branch moves, and takes it anew with --update', async () => {
    const second = commit({ 'all/waybill.standards.yaml': `${head}metadata: { name: company, version: "2" }\n` });
    const before = lockOf();
    const same = await waybill(['lock'], { cwd: team });
    assert.match(same.stdout, /is up to date/);
    assert.equal(lockOf(), before);
    rmSync(join(team, '.waybill'), { recursive: true });
    const again = await waybill(['lock'], { cwd: team });
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /is up to date, 1 copies fetched/);
    assert.equal(lockOf(), before, 'a lost copy is fetched as it was pinned');
    const updated = await waybill(['lock', '--update'], { cwd: team });
    assert.equal(updated.code, 0, updated.stderr);
    assert.match(lockOf(), new RegExp(second));
    assert.equal((await waybill(['lock', '--check'], { cwd: team })).code, 0);
  });

  it('fetches what a copy extends in its turn', async () => {
    const nested = `git:${company}#${first}:other/waybill.standards.yaml`;
    commit({ 'all/waybill.standards.yaml': `${head}metadata: { name: company, version: "3" }\nextends: ["${nested}"]\n` });
    const { code, stderr } = await waybill(['lock', '--update'], { cwd: team });
    assert.equal(code, 0, stderr);
    assert.ok(lockOf().includes(nested), lockOf());
    assert.doesNotMatch(await rulesOf(), /standards\/extends|lock\/outdated/);
  });

  it('removes what nothing extends any more', async () => {
    write(team, { 'waybill.standards.yaml': `${head}metadata: { name: team, version: "1" }\n` });
    assert.match(await rulesOf(), /lock\/outdated/);
    const { stdout } = await waybill(['lock'], { cwd: team });
    assert.match(stdout, /removed {2}git:/);
    assert.match(lockOf(), /extends: \[\]\nimages: \[\]/);
  });

  it('tells apart a missing revision, a missing file and a repository that is not there', async () => {
    const failure = async (reference: string) => {
      write(team, { 'waybill.standards.yaml': extending(reference) });
      const { code, stderr } = await waybill(['lock'], { cwd: team });
      return `${code} ${stderr}`;
    };
    assert.match(await failure('git:../company#v9:all/waybill.standards.yaml'), /^2[\s\S]*has no revision `v9`/);
    assert.match(await failure('git:../company#main:none.waybill.standards.yaml'), /^2[\s\S]*has no file/);
    assert.match(await failure('git:../nowhere#main'), /^3[\s\S]*could not be fetched/);
  });
});
