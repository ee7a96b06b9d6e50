import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { objects, waybill } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const sample = join(folder, 'sample');
cpSync(resolve(import.meta.dirname, '../sample'), sample, { recursive: true });

interface Finding {
  readonly file: string;
  readonly rule: string;
  readonly aliases: readonly string[];
  readonly severity: string;
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number }; readonly end: unknown };
  readonly fix: boolean;
  readonly help: string;
}

async function lint(args: readonly string[], cwd = sample) {
  const { code, stdout, stderr } = await waybill(['lint', '--format', 'json', ...args], { cwd });
  assert.equal(stderr, '');
  const [answer, ...more] = objects(stdout) as unknown as { version: number; files: number; findings: Finding[] }[];
  assert.ok(answer && more.length === 0, stdout);
  return { code, ...answer };
}

describe('waybill lint', () => {
  it('prints one object, sorted by file, then position', async () => {
    const { code, version, files, findings } = await lint(['services']);
    assert.equal(code, 1);
    assert.equal(version, 1);
    assert.ok(files > 8);
    const places = findings.map(({ file, range }) => [file, range.start.line, range.start.character] as const);
    const sorted = [...places].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1] || a[2] - b[2]));
    assert.deepEqual(places, sorted);
    for (const finding of findings) {
      assert.deepEqual(Object.keys(finding), ['file', 'rule', 'aliases', 'severity', 'message', 'range', 'fix', 'help']);
      assert.match(finding.rule, /^[a-z]+\/[a-z-]+$/);
      assert.ok(finding.help.includes(finding.rule));
    }
  });
  it('judges a file in the light of its workspace, from any folder', async () => {
    const fromAbove = await lint(['sample/services/legacy/nightly/Dockerfile'], folder);
    assert.ok(fromAbove.findings.some(({ rule }) => rule === 'base/end-of-life'));
    assert.ok(fromAbove.findings.every(({ file }) => file === 'sample/services/legacy/nightly/Dockerfile'));
    const fromInside = await lint(['Dockerfile'], join(sample, 'services/legacy/nightly'));
    assert.deepEqual(
      fromInside.findings.map(({ file, rule }) => [file, rule]),
      fromAbove.findings.map(({ rule }) => ['Dockerfile', rule]),
    );
    const outside = await lint([join(sample, 'services/legacy/nightly/Dockerfile')], tmpdir());
    assert.ok(outside.findings.length > 0);
  });
  it('is absolute about files outside the working directory', async () => {
    const file = join(sample, 'services/legacy/nightly/Dockerfile');
    const { findings } = await lint([file], join(sample, 'services/legacy/invoice'));
    assert.ok(findings.every((finding) => finding.file === file));
  });
  it('fails by severity', async () => {
    const lone = join(folder, 'lone');
    mkdirSync(lone);
    writeFileSync(
      join(lone, 'Dockerfile'),
      `FROM registry.example.com/x:1@sha256:${'a'.repeat(64)}\nRUN apt-get update && apt-get install -y curl\nUSER app\n`,
    );
    const codes = await Promise.all(
      ['hint', 'warning', 'error', 'never'].map(async (severity) => (await waybill(['lint', '--fail-on', severity], { cwd: lone })).code),
    );
    const { findings } = await lint([], lone);
    const worst = findings.some(({ severity }) => severity === 'error') ? 1 : 0;
    assert.deepEqual(codes, [1, 1, worst, 0]);
  });
  it('shows the line with a mark under the words meant', async () => {
    const { stdout, code } = await waybill(['lint', 'services/legacy/nightly/Dockerfile'], { cwd: sample });
    assert.equal(code, 1);
    assert.match(stdout, /services\/legacy\/nightly\/Dockerfile:\d+:\d+ (error|warning) /);
    assert.match(stdout, /\n +\d+ \| RUN apk add openjdk21-jre\n +\| {5}\^~+/);
    assert.match(stdout, /\n1 file: \d+ error/);
    assert.doesNotMatch(stdout, /\u001b/);
  });
  it('honours .gitignore, but never overlooks local environments, and skips what is no source', async () => {
    const ignoring = join(folder, 'ignoring');
    for (const name of ['build/deep', 'node_modules/x', 'kept']) mkdirSync(join(ignoring, name), { recursive: true });
    for (const name of ['build/deep', 'node_modules/x', 'kept', '.']) writeFileSync(join(ignoring, name, 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(join(ignoring, 'old.Dockerfile'), 'FROM scratch\n');
    writeFileSync(join(ignoring, '.gitignore'), '# comment\n/build/\n*.Dockerfile\nwaybill.environments.local.yaml\n');
    writeFileSync(join(ignoring, 'waybill.environments.local.yaml'), 'kind: Environments\n');
    assert.equal((await lint(['--fail-on', 'never'], ignoring)).files, 3);
    assert.equal((await lint(['--fail-on', 'never', 'old.Dockerfile'], ignoring)).files, 1);
  });
  it('takes any name for a Dockerfile when the file itself is named', async () => {
    writeFileSync(join(folder, 'image.txt'), 'FROM scratch\nFOO bar\n');
    const { findings } = await lint(['image.txt'], folder);
    assert.ok(findings.some(({ aliases }) => aliases.includes('UNKNOWN_INSTRUCTION')));
  });
  it('reports broken YAML instead of failing', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'waybill.yaml'), 'kind: Service\nmetadata: {name: [\n');
    const { code, findings } = await lint([], broken);
    assert.equal(code, 1);
    assert.ok(findings.length > 0);
  });
});
