import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { hashOfBundle, openContext } from '../../client/src/kubernetes/connection.ts';

describe('a kubeconfig', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-kubeconfig-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function file(name: string, cluster: object, user: object, context = 'shop'): string {
    const path = join(folder, name);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: 'https://k8s.example.com:6443/', ...cluster } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: context, context: { cluster: 'c', user: 'u' } }],
      'current-context': 'another',
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  }
  /** A kubeconfig whose user is authenticated by a program that leaves a trace. */
  function withProgram(name: string): { path: string; trace: string } {
    const trace = join(folder, `${name}.trace`);
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'from-program' } };
    const args = ['-c', `echo run >> '${trace}'; echo '${JSON.stringify(credential)}'`];
    const exec = { apiVersion: credential.apiVersion, command: '/bin/sh', args, interactiveMode: 'Never' };
    return { path: file(name, {}, { exec }), trace };
  }

  it('is asked for the named context only, whatever is current; the first file that has it counts', async () => {
    const first = file('first', {}, { token: 'one' });
    const second = file('second', { server: 'https://other.example.com' }, { token: 'two' });
    const connection = openContext('shop', { kubeconfigPaths: [join(folder, 'missing'), first, second] });
    assert.equal(connection.server, 'https://k8s.example.com:6443');
    assert.equal((await connection.authenticate()).headers.Authorization, 'Bearer one');
    assert.throws(() => openContext('nothing', { kubeconfigPaths: [first] }), { waybill: 'configuration', advice: /which has shop/ });
  });

  it('is never changed', () => {
    const path = file('kept', {}, { token: 'x' });
    const before = readFileSync(path, 'utf8');
    openContext('shop', { kubeconfigPaths: [path] });
    assert.equal(readFileSync(path, 'utf8'), before);
  });

  it('runs no program unless that was allowed (S16)', async () => {
    const { path, trace } = withProgram('refused');
    assert.throws(() => openContext('shop', { kubeconfigPaths: [path] }), { waybill: 'refused', message: /\/bin\/sh/ });
    const asked: string[] = [];
    const no = async (program: string): Promise<boolean> => asked.push(program) < 0;
    await assert.rejects(openContext('shop', { kubeconfigPaths: [path], allowExec: no }).authenticate(), { waybill: 'refused' });
    assert.deepEqual(asked, ['/bin/sh']);
    assert.equal(existsSync(trace), false);
  });

  it('runs an allowed program once for many requests at the same time', async () => {
    const { path, trace } = withProgram('allowed');
    const connection = openContext('shop', { kubeconfigPaths: [path], allowExec: async () => true });
    const all = await Promise.all(Array.from({ length: 5 }, () => connection.authenticate()));
    assert.equal(all[4]?.headers.Authorization, 'Bearer from-program');
    assert.equal(readFileSync(trace, 'utf8'), 'run\n');
  });

  it('that gives up TLS verification is refused', () => {
    const path = file('insecure', { 'insecure-skip-tls-verify': true }, { token: 'x' });
    assert.throws(() => openContext('shop', { kubeconfigPaths: [path] }), { waybill: 'refused', message: /without TLS verification/ });
  });

  it('that is broken is named', () => {
    const path = join(folder, 'broken');
    writeFileSync(path, '{ not: [yaml');
    assert.throws(() => openContext('shop', { kubeconfigPaths: [path] }), { waybill: 'configuration', message: /broken cannot be read/ });
  });

  it('whose files are missing, or hold nothing of use, is told of by their names', async () => {
    const open = (name: string, cluster: object, user: object) => openContext('shop', { kubeconfigPaths: [file(name, cluster, user)] });
    const certificate = { 'client-certificate': '/nowhere/a.pem', 'client-key': '/nowhere/a.key' };
    await assert.rejects(open('no-certificate', {}, certificate).authenticate(), { waybill: 'unauthorized', message: /\/nowhere\/a\.pem/ });
    assert.throws(() => open('no-ca', { 'certificate-authority': '/nowhere/ca.pem' }, {}), {
      waybill: 'configuration',
      message: /\/nowhere\/ca\.pem/,
    });
    assert.throws(() => open('empty-ca', { 'certificate-authority-data': 'Zm9v' }, {}), { message: /it holds no certificate/ });
    await assert.rejects(open('no-token', {}, { tokenFile: '/nowhere/token' }).authenticate(), {
      waybill: 'configuration',
      message: /The token file of context `shop` cannot be read: .*\/nowhere\/token/,
    });
    for (const text of ['', '[]', 'a: [']) {
      const path = join(folder, 'broken');
      writeFileSync(path, text);
      assert.throws(() => openContext('shop', { kubeconfigPaths: [path] }), { waybill: 'configuration' });
    }
  });

  it('may keep its token in a file beside it, which is read anew', async () => {
    const path = file('token-file', {}, { tokenFile: 'token.txt' });
    writeFileSync(join(folder, 'token.txt'), 'one\n');
    const connection = openContext('shop', { kubeconfigPaths: [path] });
    assert.equal((await connection.authenticate()).headers.Authorization, 'Bearer one');
    writeFileSync(join(folder, 'token.txt'), 'two\n');
    assert.equal((await connection.authenticate()).headers.Authorization, 'Bearer two');
  });

  it('has a CA whose hash is that of its DER bytes, comments aside', () => {
    const [key, pem, der] = ['key', 'pem', 'der'].map((name) => join(folder, `ca.${name}`));
    const make = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key ?? '',
      '-out',
      pem ?? '',
      '-subj',
      '/CN=test',
      '-days',
      '1',
    ];
    execFileSync('openssl', make, { stdio: 'ignore' });
    execFileSync('openssl', ['x509', '-in', pem ?? '', '-outform', 'DER', '-out', der ?? '']);
    const expected = execFileSync('sha256sum', [der ?? ''], { encoding: 'utf8' }).split(' ')[0];
    const text = readFileSync(pem ?? '', 'utf8');
    assert.equal(hashOfBundle(text), `sha256:${expected}`);
    assert.equal(hashOfBundle(`# our authority\r\n${text.replaceAll('\n', '\r\n')}`), `sha256:${expected}`);
    assert.notEqual(hashOfBundle(text + text), hashOfBundle(text));
  });
});
