/** Pins are written into the environments file as people wrote it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pinEnvironment } from '../../server/src/core/features/pinEnvironment.ts';
import { createWorkspace, fileKind } from '../../server/src/core/features/workspace.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';

const head = 'apiVersion: waybill.dev/v1\nkind: Environments\nmetadata: { product: zero-dsp }\nenvironments:\n';
const path = 'waybill.environments.yaml';
const cluster = { server: 'https://k8s.example.com:6443', ca: `sha256:${'c'.repeat(64)}`, uid: '3f6b1a54-9c1e-4a77-8f0e-0d5d3a3f5b11' };
const namespaceUid = '51f0c1d2-7a3b-4c5d-8e9f-a0b1c2d3e4f5';
const all = { product: 'zero-dsp', environment: 'dev', cluster, namespaceUid };

function pinned(environments: string, wanted: Partial<typeof all> = all): string {
  const text = head + environments;
  const files = [{ uri: `file:///w/${path}`, kind: fileKind(path), text }];
  const workspace = createWorkspace({ files, folders: ['file:///w'], today: '2026-11-20' });
  const answer = pinEnvironment(workspace, { ...all, ...wanted });
  if ('problem' in answer) return answer.problem;
  return applyEdits(text, answer.edits).slice(head.length);
}

const flow = `{ server: "${cluster.server}", ca: ${cluster.ca}, uid: ${cluster.uid} }`.replaceAll('"', '');

describe('Pin Cluster', () => {
  it('adds what is not there yet, and leaves comments where they are', () => {
    const before =
      '  - name: dev # entry\n    kubernetes:\n      context: dev # mine\n      namespace: shop # ours\n    promote: { from: [] }\n';
    assert.equal(
      pinned(before),
      `  - name: dev # entry\n    kubernetes:\n      context: dev # mine\n      namespace: shop # ours\n      cluster: ${flow}\n      namespaceUid: ${namespaceUid}\n    promote: { from: [] }\n`,
    );
  });
  it('exchanges what has changed, key by key', () => {
    const before = `  - name: dev\n    kubernetes:\n      context: dev\n      cluster:\n        # from the ticket\n        server: https://old.example.com # moves soon\n        uid: "old"\n      namespace: shop\n`;
    assert.equal(
      pinned(before, { namespaceUid: undefined as never }),
      `  - name: dev\n    kubernetes:\n      context: dev\n      cluster:\n        # from the ticket\n        server: ${cluster.server} # moves soon\n        uid: ${cluster.uid}\n        ca: ${cluster.ca}\n      namespace: shop\n`,
    );
  });
  it('in one line as well', () => {
    const before = '  - { name: dev, kubernetes: { context: dev, namespace: shop } }\n';
    assert.equal(
      pinned(before),
      `  - { name: dev, kubernetes: { context: dev, namespace: shop, cluster: ${flow}, namespaceUid: ${namespaceUid} } }\n`,
    );
  });
  it('fills an empty key', () => {
    const before = '  - name: dev\n    kubernetes:\n      context: dev\n      cluster:\n      namespace: shop\n';
    assert.match(pinned(before), /^ {6}cluster: \{ server: .*\}\n {6}namespace: shop$/m);
  });
  it('changes nothing that is pinned so already', () => {
    const before = `  - name: dev\n    kubernetes:\n      context: dev\n      namespace: shop\n      cluster: ${flow}\n      namespaceUid: ${namespaceUid}\n`;
    assert.equal(pinned(before), before);
  });
  it('refuses an environment of another kind', () => {
    assert.match(pinned('  - name: dev\n    compose: { project: p }\n'), /`dev` is no Kubernetes environment/);
  });
});
