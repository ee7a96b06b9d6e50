import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { completeManifest } from '../../server/src/core/features/completeManifest.ts';
import { createWorkspace } from '../../server/src/core/features/workspace.ts';
import { kubeContexts } from '../../server/src/lsp/kubeContexts.ts';

describe('contexts of the kubeconfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-kubeconfig-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'config');
  const environment = { KUBECONFIG: `${file}:${join(folder, 'missing')}:${join(folder, 'broken')}` };
  const write = (...names: readonly string[]) =>
    writeFileSync(
      file,
      `contexts:\n${names.map((name) => `  - { name: ${name}, context: { cluster: c, user: u } }\n`).join('')}users: [{ name: u, user: { token: s3cret } }]\n`,
    );

  it('are read in trusted folders only, again when the file has changed, and broken files are passed over', () => {
    write('staging', 'production');
    writeFileSync(join(folder, 'broken'), '{{{');
    const contexts = kubeContexts(environment);
    assert.deepEqual(contexts.names(), []);
    contexts.trust(true);
    assert.deepEqual(contexts.names(), ['staging', 'production']);
    write('other');
    utimesSync(file, 1, 1);
    assert.deepEqual(contexts.names(), ['other']);
    contexts.trust(false);
    assert.deepEqual(contexts.names(), []);
  });

  it('are offered where an environment names its context, after those that are used', () => {
    const uri = 'file:///w/waybill.environments.yaml';
    const text =
      'apiVersion: waybill.dev/v1\nkind: Environments\nmetadata: { product: p }\nenvironments:\n' +
      '  - name: a\n    kind: kubernetes\n    kubernetes: { context: used, namespace: n }\n' +
      '  - name: b\n    kind: kubernetes\n    kubernetes:\n      context: \n';
    const workspace = createWorkspace({ files: [{ uri, kind: 'environments', text }], folders: ['file:///w'], today: '2026-11-24' });
    const offers = completeManifest(workspace, uri, { line: 10, character: 15 }, ['used', 'mine']);
    assert.deepEqual(
      offers.map(({ label, detail }) => `${label}: ${detail}`).filter((line) => /used|mine/.test(line)),
      ['used: of a', 'mine: of your kubeconfig'],
    );
  });
});
