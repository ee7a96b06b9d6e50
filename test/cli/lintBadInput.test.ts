import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { main, waybill } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-bad-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function place(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const secret = 'FROM scratch\nENV API_TOKEN=abc1\n';
const standards = (more: string) => `apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: s, version: 1.0.0 }\n${more}`;

describe('values that were mistyped', { concurrency: 4 }, () => {
  const root = place('typed', { Dockerfile: secret, 'conf/team.yaml': 'ignored: []\n', 'std/own.yaml': standards('') });
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--fail-on', 'eror'], /`eror` is not a value of `--fail-on`\.\n +Did you mean `error`\?/],
    [['--fail-on=warn'], /`warn` is not a value of `--fail-on`\.\n +Write one of `error`, `warning`/],
    [['--format', 'sarf'], /Did you mean `sarif`\?/],
    [['--color', 'alway'], /Did you mean `always`\?/],
    [['--rules', 'secret/in-evn'], /Did you mean `secret\/in-env`\?/],
    [['--rules', 'secrt/*'], /Did you mean `secret\/\*`\?/],
    [['--config', 'conf/taem.yaml'], /There is no file `conf\/taem\.yaml` that can be read\.\n +Did you mean `conf\/team\.yaml`\?/],
    [['--standards', 'std/ow.yaml'], /Did you mean `std\/own\.yaml`\?/],
    [['--standards', 'std'], /There is no file `std` that can be read/],
    [['Dockerfil'], /Did you mean `Dockerfile`\?/],
    [['-C', 'nowhere'], /There is no folder `nowhere`/],
    [['--stdn'], /Did you mean `--stdin`\?/],
    [['--stdin=yes'], /`--stdin` takes no value/],
    [['--stdin-filename', 'x/Dockerfile'], /`--stdin-filename` needs `--stdin`/],
    [['--stdin', 'Dockerfile'], /Either the standard input is judged or paths are/],
  ];
  for (const [args, message] of cases) {
    it(args.join(' '), async () => {
      const { code, stdout, stderr } = await waybill(['lint', ...args], { cwd: root, input: '' });
      assert.equal(code, 2, stdout + stderr);
      assert.equal(stdout, '');
      assert.match(stderr, message);
    });
  }
});

describe('standards that cannot be read', { concurrency: 4 }, () => {
  const root = place('standards', {
    Dockerfile: secret,
    'broken.yaml': 'kind: Standards\nseverity: [\n',
    'binary.yaml': Buffer.from([0xff, 0xfe, 0, 1, 2]),
    'service.yaml': 'kind: Service\n',
  });
  it('stop a call that names them', async () => {
    for (const [file, message] of [
      ['broken.yaml', /`broken\.yaml` is not valid YAML: .*\n +at broken\.yaml:\d+\n/],
      ['binary.yaml', /`binary\.yaml` (?:is not valid YAML|has no `kind`)/],
      ['service.yaml', /`service\.yaml` is of kind `Service`\./],
    ] as const) {
      const { code, stdout, stderr } = await waybill(['lint', '--standards', file], { cwd: root });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
    }
  });
  it('are a finding where they are found, and what does not need them is still judged', async () => {
    const found = place('found', { 'waybill.standards.yaml': `${standards('')}severity: [\n`, Dockerfile: secret });
    const { code, stdout } = await waybill(['lint'], { cwd: found });
    assert.equal(code, 1);
    assert.match(stdout, /waybill\.standards\.yaml:\d+:\d+ error .*manifest\/syntax/);
    assert.match(stdout, /Dockerfile:2:\d+ error .*secret\/in-env/);
    assert.match((await waybill(['lint', 'Dockerfile'], { cwd: found })).stdout, /secret\/in-env/);
  });
});

describe('files that cannot be read', { concurrency: 4 }, () => {
  chmodSync(folder, 0o755);
  it('links in circles, links to nothing and folders under the name of a Dockerfile do not stop the search', async () => {
    const root = place('links', { 'a/Dockerfile': secret, 'a/Dockerfile.dir/x': '' });
    symlinkSync('..', join(root, 'a/up'));
    symlinkSync('Dockerfile.self', join(root, 'Dockerfile.self'));
    symlinkSync('nowhere', join(root, 'Dockerfile.gone'));
    const { code, stdout, stderr } = await waybill(['lint'], { cwd: root });
    assert.deepEqual([code, stderr], [1, '']);
    assert.match(stdout, /\n1 file: /);
    for (const [name, message] of [
      ['Dockerfile.self', /leads back to itself/],
      ['Dockerfile.gone', /There is no file or folder `Dockerfile\.gone`/],
    ] as const) {
      const named = await waybill(['lint', name], { cwd: root });
      assert.equal(named.code, 2);
      assert.match(named.stderr, message);
    }
  });
  it('one without rights is told, and the others are judged', async (context) => {
    if (process.platform === 'win32' || asNobody(folder, ['--version']).status !== 0) return context.skip('nobody may read this checkout');
    const root = place('rights', {
      'a/Dockerfile': secret,
      'b/Dockerfile': secret,
      'c/Dockerfile': secret,
      'waybill.yaml': 'kind: Service\n',
    });
    chmodSync(join(root, 'a/Dockerfile'), 0);
    chmodSync(join(root, 'c'), 0);
    chmodSync(join(root, 'waybill.yaml'), 0);
    const { status, stdout, stderr } = asNobody(root, ['lint', '--rules', 'secret/*']);
    chmodSync(join(root, 'c'), 0o755);
    assert.equal(status, 1, stdout + stderr);
    assert.match(stdout, /a\/Dockerfile:1:1 error This file may not be read by you\..*dockerfile\/readable/);
    assert.match(stdout, /b\/Dockerfile:2:\d+ error .*secret\/in-env/);
    assert.doesNotMatch(stdout, /c\/Dockerfile/);
  });
  it('10 MB, binary and UTF-16 are one clear word each, also when they are named and when they come in', async () => {
    const utf16 = Buffer.from('\ufeffFROM scratch\n', 'utf16le');
    const root = place('kinds', {
      'big.Dockerfile': `FROM scratch\n${'# x\n'.repeat(2_500_000)}`,
      'binary.Dockerfile': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3]),
      'wide.Dockerfile': utf16,
    });
    const { code, stdout } = await waybill(['lint', 'big.Dockerfile', 'binary.Dockerfile', 'wide.Dockerfile'], { cwd: root });
    assert.equal(code, 1);
    assert.match(stdout, /big\.Dockerfile:1:1 warning This file has 10\.0 MB/);
    assert.match(stdout, /binary\.Dockerfile:1:1 error .*binary/);
    assert.match(stdout, /wide\.Dockerfile:1:1 error .*UTF-16/);
    assert.match(stdout, /\n3 files: 2 errors, 1 warning/);
    const typed = await waybill(['lint', '-'], { cwd: root, input: `FROM scratch\n${'# x\n'.repeat(2_500_000)}` });
    assert.match(typed.stdout, /^-:1:1 /m);
  });
});

/** As a user who may read only what others let him: root may read everything. */
function asNobody(cwd: string, args: readonly string[]) {
  const root = process.getuid?.() === 0;
  return spawnSync(process.execPath, [main, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', NODE_DISABLE_COMPILE_CACHE: '1' },
    ...(root ? { uid: 65534, gid: 65534 } : {}),
  });
}
