import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { threadsFor } from '../../client/src/cli/lint/threads.ts';
import { objects, waybill } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-options-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of its own with some files. */
function place(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  mkdirSync(root, { recursive: true });
  return root;
}

interface Finding {
  readonly file: string;
  readonly rule: string;
  readonly aliases: readonly string[];
  readonly severity: string;
  readonly message: string;
}

async function lint(cwd: string, args: readonly string[] = [], input?: string) {
  const { code, stdout, stderr } = await waybill(['lint', '--format', 'json', ...args], { cwd, ...(input === undefined ? {} : { input }) });
  const [answer] = objects(stdout) as unknown as { files: number; findings: Finding[] }[];
  assert.ok(answer?.findings, stdout + stderr);
  return { code, stderr, ...answer, rules: answer.findings.map(({ rule }) => rule) };
}

const secret = 'FROM scratch\nENV API_TOKEN=abc1\n';
const unpinned =
  'FROM debian:12@sha256:5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d\nRUN apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\nUSER 10001\n';

describe('options of waybill lint', { concurrency: 4 }, () => {
  it('--fix repairs what is safe, keeps mode and links, and says so', async () => {
    const root = place('fix', { Dockerfile: '# a\n# waybill ignore=secret/in-env old\nFROM scratch\n' });
    chmodSync(join(root, 'Dockerfile'), 0o640);
    symlinkSync('Dockerfile', join(root, 'linked'));
    const { code, stderr, rules } = await lint(root, ['--fix', '--rules', 'suppression/*,secret/*', 'linked']);
    assert.equal(readFileSync(join(root, 'Dockerfile'), 'utf8'), '# a\nFROM scratch\n');
    assert.equal(statSync(join(root, 'Dockerfile')).mode & 0o777, 0o640);
    assert.deepEqual([code, rules, stderr], [0, [], '']);
    const again = place('fix-text', { Dockerfile: '# waybill ignore=secret/in-env old\nFROM scratch\n' });
    const text = await waybill(['lint', '--fix', 'Dockerfile'], { cwd: again });
    assert.match(text.stderr, /fixed Dockerfile: \d+ findings before, \d+ left/);
  });
  it('--fix-dry-run shows a diff and changes nothing', async () => {
    const text = '# waybill ignore=secret/in-env old\nFROM scratch\n';
    const root = place('dry', { 'x/Dockerfile': text });
    const { code, stdout } = await waybill(['lint', '--fix-dry-run'], { cwd: root });
    assert.match(
      stdout,
      /^--- a\/x\/Dockerfile\n\+\+\+ b\/x\/Dockerfile\n@@ -1,2 \+1 @@\n-# waybill ignore=secret\/in-env old\n FROM scratch\n/,
    );
    assert.deepEqual([code, readFileSync(join(root, 'x/Dockerfile'), 'utf8')], [1, text]);
    assert.equal((await waybill(['lint', '--fix-dry-run'], { cwd: place('dry-clean', { Dockerfile: 'FROM scratch\n' }) })).code, 0);
  });
  it('--rules takes ids, categories and peers’ ids, or all', async () => {
    const root = place('rules', { Dockerfile: secret });
    assert.deepEqual((await lint(root, ['--rules', 'DL3064'])).rules, ['secret/in-env']);
    assert.deepEqual((await lint(root, ['--rules', 'jdk/*'])).rules, []);
    assert.ok((await lint(root, ['--rules', 'all'])).rules.includes('secret/in-env'));
    const { code, stderr } = await waybill(['lint', '--rules', 'secret/in-evn'], { cwd: root });
    assert.equal(code, 2);
    assert.match(stderr, /Did you mean `secret\/in-env`\?/);
  });
  it('--stdin judges a text in its place, - does the same', async () => {
    const root = place('stdin', { 'a/.hadolint.yaml': 'ignored: [DL3064]\n' });
    assert.deepEqual((await lint(root, ['-'], secret)).findings.map(({ file }) => file)[0], '-');
    const inPlace = await lint(root, ['--stdin', '--stdin-filename', 'a/Dockerfile'], secret);
    assert.ok(!inPlace.rules.includes('secret/in-env'));
    assert.equal(inPlace.files, 1);
    const manifest = await lint(root, ['--stdin', '--stdin-filename', 'a/waybill.yaml'], 'kind: [\n');
    assert.ok(manifest.rules.includes('manifest/syntax'));
    assert.equal((await waybill(['lint', '-', 'a'], { cwd: root, input: '' })).code, 2);
    assert.equal((await waybill(['lint', '-', '--fix'], { cwd: root, input: '' })).code, 2);
  });
  it('--list-rules and explain teach', async () => {
    const { stdout } = await waybill(['lint', '--list-rules'], { cwd: folder });
    assert.match(stdout, /^secret\/in-env +error.*DL3064/m);
    const byAlias = await waybill(['explain', 'dl3064'], { cwd: folder });
    assert.match(byAlias.stdout, /^# secret\/in-env\n/);
    assert.match(byAlias.stdout, /## Why/);
    const [json] = objects((await waybill(['explain', 'DL3064', '--format', 'json'], { cwd: folder })).stdout);
    assert.equal(json?.rule, 'secret/in-env');
    const unknown = await waybill(['explain', 'secret/in-evn'], { cwd: folder });
    assert.match(unknown.stderr, /Did you mean `waybill explain secret\/in-env`\?/);
    assert.equal(unknown.code, 2);
    assert.match((await waybill(['explain', 'SC2086'], { cwd: folder })).stderr, /another linter/);
  });
  it('--color always paints, never does not, and no terminal is plain', async () => {
    const root = place('colour', { Dockerfile: secret });
    assert.match((await waybill(['lint', '--color', 'always'], { cwd: root })).stdout, /\u001b\[31m/);
    assert.doesNotMatch((await waybill(['lint', '--color', 'never'], { cwd: root })).stdout, /\u001b/);
  });
  it('--standards judges by other standards', async () => {
    const root = place('standards', {
      'app/Dockerfile': 'FROM scratch\nENV MY_THING=abc1\n',
      'other.yaml':
        'apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: other, version: 1.0.0 }\npolicy: { env: { secretNamePattern: thing } }\n',
    });
    assert.ok(!(await lint(root, ['app'])).rules.includes('secret/in-env'));
    assert.ok((await lint(root, ['app', '--standards', 'other.yaml'])).rules.includes('secret/in-env'));
    assert.equal((await waybill(['lint', '--standards', 'none.yaml'], { cwd: root })).code, 2);
  });
  it('threads are worth it from some thousand files on', () => {
    assert.deepEqual(
      [1, 1_999, 2_000, 10_000, 100_000].map((files) => threadsFor(files, 4)),
      [1, 1, 2, 4, 4],
    );
    assert.equal(threadsFor(10_000, 1), 1);
  });
  it('many files are judged in threads as one is', async () => {
    const files = Object.fromEntries(Array.from({ length: 2_010 }, (_, i) => [`s${i}/Dockerfile`, secret]));
    const { findings, rules } = await lint(place('many', files), ['--rules', 'secret/*']);
    assert.equal(rules.length, 2_010);
    assert.ok(findings.every(({ rule }) => rule === 'secret/in-env'));
  });
});

describe('.hadolint.yaml on the command line', { concurrency: 4 }, () => {
  it('ignores, overrides and sets the threshold, nearest first', async () => {
    const root = place('hadolint', {
      '.hadolint.yaml': 'ignored: [DL3064]\nfailure-threshold: error\n',
      'a/Dockerfile': secret,
      'b/.hadolint.yml': 'override: { info: [DL3064], warning: [DL3008] }\n',
      'b/Dockerfile': `${unpinned}ENV API_TOKEN=abc1\n`,
    });
    const { code, findings } = await lint(root);
    const of = (file: string, rule: string) => findings.find((finding) => finding.file === file && finding.rule === rule)?.severity;
    assert.equal(of('a/Dockerfile', 'secret/in-env'), undefined);
    assert.equal(of('b/Dockerfile', 'secret/in-env'), 'info');
    assert.ok(findings.some(({ aliases, severity }) => aliases.includes('DL3008') && severity === 'warning'));
    assert.equal(code, 0);
    assert.equal((await lint(root, ['--fail-on', 'info'])).code, 1);
  });
  it('--config takes its place, and its slips are findings', async () => {
    const root = place('config', { '.hadolint.yaml': 'ignored: [DL3064]\n', Dockerfile: secret, 'other/conf.yaml': 'ignore: [DL3064]\n' });
    const { findings } = await lint(root, ['Dockerfile', '--config', 'other/conf.yaml']);
    const found = findings.map(({ file, rule }) => `${file} ${rule}`);
    assert.ok(found.includes('Dockerfile secret/in-env'));
    assert.ok(found.includes('other/conf.yaml config/unknown-key'));
  });
  it('broken YAML is a finding, not a failure', async () => {
    const { rules, code } = await lint(place('broken-config', { '.hadolint.yaml': 'ignored: [DL3064\n', Dockerfile: 'FROM scratch\n' }));
    assert.ok(rules.includes('manifest/syntax'));
    assert.equal(code, 1);
  });
  it('standards come first', async () => {
    const root = place('precedence', {
      '.hadolint.yaml': 'ignored: [DL3064]\n',
      'waybill.standards.yaml':
        'apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: s, version: 1.0.0 }\nseverity: { secret/in-env: warning }\n',
      Dockerfile: secret,
    });
    const { findings } = await lint(root, ['Dockerfile']);
    assert.equal(findings.find(({ rule }) => rule === 'secret/in-env')?.severity, 'warning');
  });
});

describe('bad input', { concurrency: 4 }, () => {
  const cases: readonly (readonly [string, string | Uint8Array, RegExp | undefined])[] = [
    ['utf-16', Buffer.from('\ufeffFROM scratch\n', 'utf16le'), /UTF-16/],
    ['big-endian', Buffer.from('\ufeffFROM scratch\n', 'utf16le').swap16(), /UTF-16/],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, ...Array.from({ length: 500 }, (_, i) => (i * 37) % 256)]), /binary|not text/],
    ['latin text', Buffer.from('FROM scratch\n# caf\u00e9\n', 'latin1'), undefined],
    ['a page', '<html>\n<body>\n<p>x</p>\n</body>\n</html>\n', /not a Dockerfile/],
    ['too large', `FROM scratch\n${'# x\n'.repeat(700_000)}`, /million characters|MB/],
    ['10 MB', `FROM scratch\n${'# x\n'.repeat(2_500_000)}`, /MB/],
    ['nothing', '', undefined],
    ['an open heredoc', 'FROM scratch\nRUN <<EOF\n', /never ends/],
  ];
  for (const [name, content, message] of cases) {
    it(`${name}: one clear word`, async () => {
      const { findings, files } = await lint(place(`bad ${name}`, { Dockerfile: content }));
      assert.equal(files, 1);
      if (message === undefined)
        assert.deepEqual(
          findings.filter(({ rule }) => rule.startsWith('dockerfile/')),
          [],
        );
      else {
        assert.equal(findings.filter(({ message: text }) => message.test(text)).length, 1, JSON.stringify(findings));
        assert.ok(findings.length <= 2);
      }
    });
  }
  it('links in circles end, and a named one is told', async () => {
    const root = place('circle', { 'a/Dockerfile': secret });
    symlinkSync('..', join(root, 'a/up'));
    symlinkSync('self', join(root, 'self'));
    assert.equal((await lint(root)).files, 1);
    const { code, stderr } = await waybill(['lint', 'self'], { cwd: root });
    assert.equal(code, 2);
    assert.match(stderr, /leads back to itself/);
  });
  it('.dockerignore is judged by what lies in its context', async () => {
    const root = place('ignore', {
      'a/Dockerfile': 'FROM scratch\n',
      'a/kept/file': '',
      'a/.dockerignore': 'kept\nmissing.txt\n[x\n',
      'b/web.Dockerfile': 'FROM scratch\n',
      'b/web.Dockerfile.dockerignore': '!kept\n',
    });
    const { findings, code } = await lint(root, ['--rules', 'ignore/*']);
    assert.deepEqual(
      findings.map(({ file, rule, severity }) => [file, rule, severity]),
      [
        ['a/.dockerignore', 'ignore/unused-pattern', 'hint'],
        ['a/.dockerignore', 'ignore/invalid-pattern', 'error'],
        ['b/web.Dockerfile.dockerignore', 'ignore/unused-pattern', 'hint'],
      ],
    );
    assert.equal(code, 1);
    const text = await waybill(['lint', 'a/.dockerignore'], { cwd: root });
    assert.match(text.stdout, /a\/\.dockerignore:3:1 error .*not valid/);
    assert.equal((await waybill(['lint', '--fix', 'b'], { cwd: root })).code, 0);
    assert.equal(readFileSync(join(root, 'b/web.Dockerfile.dockerignore'), 'utf8'), '');
    const typed = await lint(root, ['--stdin', '--stdin-filename', 'a/.dockerignore'], '[y\n');
    assert.deepEqual(typed.rules, ['ignore/invalid-pattern']);
  });
  it('files that stand beside a Dockerfile under its name are none', async () => {
    const { findings } = await lint(
      place('beside', {
        'Dockerfile.md': '# Docs\n',
        'Dockerfile.bak': 'x\n',
        'Dockerfile.template': 'FROM {x}\n',
        '.dockerignore': 'node_modules\n',
      }),
    );
    assert.deepEqual(findings, []);
  });
});
