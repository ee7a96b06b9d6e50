import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { canonicalJson as ofClient } from '../../client/src/delivery/canonicalJson.ts';
import { releaseId, releaseIdentity } from '../../client/src/delivery/identity.ts';
import { fileRecords } from '../../client/src/local/fileRecords.ts';
import { redactor } from '../../client/src/local/redactor.ts';
import { defineManifest } from '../../server/src/core/features/defineManifest.ts';
import { hoverManifest } from '../../server/src/core/features/hoverManifest.ts';
import { linksManifest } from '../../server/src/core/features/linksManifest.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { manifestContext } from '../../server/src/core/features/manifestContext.ts';
import { canonicalJson } from '../../server/src/core/service/recordHash.ts';
import { sha256 } from '../../server/src/core/text/sha256.ts';
import { annotated, digest, present, workspace } from './yamlFixture.ts';

const image = `registry.example.com/zero-dsp/order-api@${digest}`;
const path = '.waybill/releases/order-api/rel-87ce0b7374c5.yaml';

const release = `apiVersion: waybill.dev/v1
kind: Release
id: rel-87ce0b7374c5
identity:
  service: zero-dsp/order-api
  image: { repository: registry.example.com/zero-dsp/order-api, digest: "${digest}" }
  manifestHash: "sha256:0c1b2a394857667584938271605f4e3d2c1b0a99887766554433221100ffeedd"
manifest: {}
base: { line: java-tomcat-9, image: registry.example.com/base/java-tomcat, digest: "${digest}" }
deployments: [{ environment: dev, at: "2026-11-23T08:17:03Z", by: jane@example.com, result: Succeeded }]
`;
const snapshot = `apiVersion: waybill.dev/v1
kind: Snapshot
id: snap-9b74c9897bac
environment: it
taken: { at: "2026-11-23T09:30:00Z", by: jane@example.com, from: live, complete: true }
content:
  services:
    - { name: order-api, release: rel-87ce0b7374c5, image: "${image}", replicas: 2, health: Healthy }
`;

/** What is said, with the line. */
function findings(name: string, text: string, rules = /^manifest\//): string[] {
  const file = annotated(name, text);
  return lintManifest(file.workspace, file.uri)
    .filter(({ rule }) => rules.test(rule))
    .map(({ range, message }) => `${range.start.line + 1}: ${message}`);
}

describe('records', () => {
  it('of all kinds are valid when they are as Waybill writes them', () => {
    assert.deepEqual(findings(path, release), []);
    assert.deepEqual(findings('.waybill/snapshots/it/x.yaml', snapshot), []);
    assert.deepEqual(findings('waybill.lock.yaml', 'apiVersion: waybill.dev/v1\nkind: Lock\nimages: []\n'), []);
  });

  it('are judged by the schema of their kind', () => {
    assert.match(findings(path, release.replace(/^manifest:.*\n/m, ''))[0] ?? '', /This file needs `manifest`/);
    assert.match(findings(path, snapshot.replace(/^environment:.*\n/m, ''))[0] ?? '', /This file needs `environment`/);
    const bad = [
      [release.replace('rel-87ce0b7374c5', 'rel-1'), /An id is `rel-` or `snap-` and 12/],
      [release.replace('result: Succeeded', 'result: Succeded'), /Did you mean `Succeeded`/],
      [release.replace('08:17:03Z', 'noon'), /A time is written as in RFC 3339/],
      [release.replace('service: zero-dsp/order-api', 'service: order-api'), /`product\/name`/],
      [snapshot.replace('replicas: 2', 'replicas: two'), /7|8/],
    ] as const;
    for (const [text, message] of bad) assert.match(findings(path, text).join('\n'), message);
  });

  it('lead to the manifest, the image and the release that they are about', () => {
    const file = annotated(path, release);
    const links = linksManifest(present(manifestContext(file.workspace, file.uri))).map(({ target }) => target.replace('file:///w/', ''));
    assert.deepEqual(links, [
      'services/order-api/waybill.yaml#L3,19',
      'services/order-api/waybill.yaml#L11,15',
      'services/order-api/waybill.yaml#L11,15',
      'waybill.standards.yaml#L21,11',
      'waybill.standards.yaml#L21,11',
      'waybill.standards.yaml#L21,11',
    ]);
    const both = annotated('.waybill/snapshots/it/x.yaml', snapshot.replace('rel-87', 'rel<|>-87'));
    const there = workspace({ [path]: release, '.waybill/snapshots/it/x.yaml': both.text });
    assert.equal(defineManifest(there, both.uri, present(both.cursor))?.uri, `file:///w/${path}`);
    const named = annotated('.waybill/snapshots/it/x.yaml', snapshot.replace('name: order', 'name: <|>order'));
    assert.equal(defineManifest(named.workspace, named.uri, present(named.cursor))?.range.start.line, 2);
  });

  it('say on hover that they are not edited', () => {
    const file = annotated(path, release.replace('id: rel', 'i<|>d: rel'));
    assert.match(present(hoverManifest(file.workspace, file.uri, present(file.cursor))).markdown, /not edited by hand/);
  });

  it('that Waybill wrote are not taken for edited, and one changed letter is found', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-records-'));
    try {
      const manifest = {
        kind: 'Service',
        metadata: { name: 'order-api', product: 'zero-dsp', title: 'Zahl 1e3: é' },
        env: { A: '012', B: 1.5, C: null },
      };
      const identity = releaseIdentity('zero-dsp/order-api', { repository: 'registry.example.com/zero-dsp/order-api', digest }, manifest);
      const id = releaseId(identity);
      await fileRecords({ redactor: redactor() }).saveRelease(folder, {
        ...{
          apiVersion: 'waybill.dev/v1',
          kind: 'Release',
          id,
          alias: 'amber-heron',
          identity,
          manifest,
          tags: ['main-1'],
          source: {},
          deployments: [],
        },
        build: {
          id: 'b-1',
          builder: 'shared/build-1',
          engine: 'buildkit',
          started: '2026-11-23T08:15:22Z',
          duration: '41s',
          cached: 9,
          pushed: '1MB',
        },
      });
      const written = await readFile(join(folder, `.waybill/releases/order-api/${id}.yaml`), 'utf8');
      const name = `.waybill/releases/order-api/${id}.yaml`;
      assert.deepEqual(findings(name, written, /./), []);
      assert.match(findings(name, written.replace('"012"', '"013"'), /./)[0] ?? '', /manifestHash does not follow from `manifest`/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('are hashed as the client hashes them', () => {
    for (const text of ['', 'abc', 'é😀'.repeat(50), 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), '\ud800']) {
      assert.equal(sha256(text), createHash('sha256').update(text).digest('hex'));
    }
    const value = { b: [1, null, { z: 1, a: 1e21 }], a: 'ü"', é: 0.1 };
    assert.equal(canonicalJson(value), ofClient(value));
  });
});
