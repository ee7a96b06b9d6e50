// Pin an environment, prepare its namespace and look at its isolation by the command line, on a real cluster.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { KubernetesHandle } from '../bench/kubernetes.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { objects, waybill } from './cli.ts';

describe('an environment by the command line', { skip: unavailable('kubernetes') }, () => {
  const namespace = 'cli-prepared';
  let folder: string;
  let cluster: KubernetesHandle;
  let file: string;
  before(async () => {
    cluster = await bench().otherKubernetes();
    await cluster.kubectl('delete', 'namespace', namespace, '--ignore-not-found');
    folder = await mkdtemp(join(tmpdir(), 'waybill-pin-'));
    file = join(folder, 'waybill.environments.yaml');
    await writeFile(file, text);
  });
  after(async () => {
    await cluster?.kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false');
    await rm(folder, { recursive: true, force: true });
  });
  const text = `apiVersion: waybill.dev/v1
kind: Environments
metadata: { product: shop }
environments:
  - name: dev # where we begin
    kubernetes:
      context: CONTEXT # the bench
      namespace: ${namespace}
    isolation: { networkPolicy: default-deny, quota: { pods: 20 }, podSecurity: baseline }
    promote: { from: [] }
`;
  const call = (line: string) => waybill(line.split(' '), { cwd: folder, env: { KUBECONFIG: cluster.kubeconfig } });

  it('refuses before it is pinned, pins with comments kept, and says so the second time', async () => {
    await writeFile(file, text.replace('CONTEXT', cluster.context));
    const unpinned = await call('environment prepare dev --yes');
    assert.match(unpinned.stderr + unpinned.stdout, /does not pin its cluster/);
    const pinned = await call('pin dev');
    assert.equal(pinned.code, 0, pinned.stderr);
    const written = await readFile(file, 'utf8');
    assert.match(written, /- name: dev # where we begin\n/);
    assert.match(written, /context: \S+ # the bench\n/);
    assert.match(written, new RegExp(`cluster: \\{ server: "?${cluster.server}"?, ca: "?sha256:[0-9a-f]{64}"?, uid: [0-9a-f-]{36} \\}`));
    assert.match((await call('pin dev')).stdout, /says so already/);
    assert.equal(await readFile(file, 'utf8'), written);
  });

  it('exchanges other pins only when told to', async () => {
    const pinned = await readFile(file, 'utf8');
    await writeFile(file, pinned.replace(/uid: [0-9a-f-]{36}/, 'uid: 00000000-0000-4000-8000-000000000000'));
    const refused = await call('pin dev');
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /pinned to another cluster\. uid: pinned 00000000/);
    assert.equal((await call('pin dev --replace')).code, 0);
    assert.equal(await readFile(file, 'utf8'), pinned);
  });

  it('prepares the namespace by a plan, and reports what is open', async () => {
    const dry = await call('environment prepare dev --dry-run');
    assert.match(dry.stdout, /Prepare namespace cli-prepared for dev[\s\S]*\+ v1\/Namespace\/cli-prepared[\s\S]*5 create/);
    assert.doesNotMatch(dry.stdout, /image @/);
    assert.equal((await call('isolation dev')).code, 1);
    const done = await call('environment prepare dev --yes --format json');
    assert.equal(done.code, 0, done.stderr);
    assert.equal(objects(done.stdout).at(-1)?.outcome, 'Succeeded');
    const report = await call('isolation dev');
    assert.match(report.stdout, /✓ \*\*quota\*\*: waybill/);
    assert.match(report.stdout, /✗ \*\*service account tokens\*\*/);
  });
});
