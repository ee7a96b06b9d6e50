import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { changeWorkspace, createWorkspace, fileKind } from '../../server/src/core/features/workspace.ts';
import { parseStandards } from '../../server/src/core/standards/parse.ts';
import { largestYaml, parseYaml } from '../../server/src/core/yaml/parse.ts';
import { plain } from '../../server/src/core/yaml/tree.ts';
import { digest, environments, files, present, serviceUri, standards, workspace } from './yamlFixture.ts';

describe('workspace', () => {
  it('reads again only what changed', () => {
    const before = workspace();
    const after = changeWorkspace(before, [{ uri: serviceUri, kind: 'service', text: 'metadata: { name: a, product: b }' }]);
    for (const [uri, file] of before.parsed) assert.equal(after.parsed.get(uri) === file, uri !== serviceUri, uri);
    assert.equal(before.service('zero-dsp/order-api')?.name, 'order-api');
    assert.equal(after.service('zero-dsp/order-api'), undefined);
    const again = createWorkspace({ files: [...after.files.values()], folders: ['file:///w'], today: '2026-11-24' }, after);
    for (const [uri, file] of after.parsed) assert.equal(again.parsed.get(uri), file, uri);
  });

  it('knows files by their names', () => {
    const kinds = [
      'waybill.yaml',
      'waybill.standards.yaml',
      'jdk.waybill.standards.yml',
      'waybill.environments.local.yaml',
      'Dockerfile',
      'Dockerfile.dev',
      'web.dockerfile',
      'waybill.lock.yaml',
      'values.yaml',
    ];
    assert.deepEqual(
      kinds.map((name) => fileKind(`file:///w/${name}`)),
      ['service', 'standards', 'standards', 'environments', 'dockerfile', 'dockerfile', 'dockerfile', 'record', 'other'],
    );
  });

  it('includes parts and extends other standards, which may only be tightened', () => {
    const part = `apiVersion: waybill.dev/v1\nkind: StandardsPart\nosImages: [{ name: alpine, image: registry.example.com/os/alpine, current: { tag: "3", digest: ${digest} } }]\n`;
    const parent =
      'apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: group }\nseverity: { base/digest: warning, user/root: error }\nlabels: { required: [owner] }\n';
    const child = `${standards}extends: ["file:group/waybill.standards.yaml"]\nseverity: { base/digest: error, user/root: "off" }\n`;
    const both = workspace({ 'waybill.standards.yaml': child, 'group/waybill.standards.yaml': parent, 'standards/alpine.yaml': part });
    const merged = present(both.standardsByName('net-alliance'));
    assert.ok(merged.images.some((image) => image.name === 'alpine' && image.location.uri === 'file:///w/standards/alpine.yaml'));
    assert.deepEqual(merged.severity, { 'base/digest': 'error', 'user/root': 'error' });
    assert.deepEqual(merged.requiredLabels, [{ name: 'owner' }]);
    assert.equal(both.standardsFor('file:///w/standards/alpine.yaml')?.name, 'net-alliance');
    assert.deepEqual(lintManifest(both, 'file:///w/standards/alpine.yaml'), []);
  });

  it('judges a file by the standards that its service names, or the nearest', () => {
    const other = 'kind: Standards\nmetadata: { name: lab }\n';
    const two = workspace({ 'lab/waybill.standards.yaml': other });
    assert.equal(two.standardsFor('file:///w/services/order-api/Dockerfile')?.name, 'net-alliance');
    assert.equal(two.standardsFor('file:///w/lab/x/Dockerfile')?.name, 'lab');
    const missing = workspace({ 'services/order-api/waybill.yaml': 'metadata: { name: a, product: b }\nstandards: gone\n' });
    assert.equal(missing.standardsFor('file:///w/services/order-api/Dockerfile'), undefined);
  });

  it('finds services by their Dockerfile, however its URI is spelt', () => {
    const found = workspace({
      'services/übung/waybill.yaml': 'metadata: { name: u, product: zero-dsp }\nbuild: { dockerfile: docker/Dockerfile.web }\n',
    });
    assert.equal(found.serviceForDockerfile('file:///w/services/%C3%BCbung/docker/Dockerfile.web')?.name, 'u');
    assert.equal(found.environmentsFor('file:///w/services/%C3%BCbung/waybill.yaml')?.product, 'zero-dsp');
  });

  it('parses standards alone, and says where they are no YAML', () => {
    const { standards: read, problems } = parseStandards('file:///s.yaml', 'metadata: { name: a }\nmetadata: { name: b }\n');
    assert.equal(read.name, 'b');
    assert.deepEqual(
      problems.map((problem) => problem.location.range.start.line),
      [1],
    );
  });

  it('has a sample without findings', () => {
    const ready = { 'services/order-api/waybill.yaml': files['services/order-api/waybill.yaml']?.replace('{ required: true }', 'jdbc') };
    const sample = workspace(ready);
    for (const uri of [serviceUri, 'file:///w/waybill.standards.yaml', 'file:///w/waybill.environments.yaml'])
      assert.deepEqual(lintManifest(sample, uri), []);
  });
});

describe('YAML', () => {
  it('counts BOM and CRLF as an editor does', () => {
    const { root, problems } = parseYaml('\uFEFFa: 1\r\nb:\r\n  - c\r\n');
    assert.deepEqual(problems, []);
    assert.deepEqual(root && plain(root), { a: 1, b: ['c'] });
    assert.deepEqual(root?.kind === 'map' && root.entries[1]?.keyRange, {
      start: { line: 1, character: 0 },
      end: { line: 1, character: 1 },
    });
  });
  it('resolves anchors and merge keys', () => {
    const { root } = parseYaml('a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }\nc: { <<: [*a, { x: 9, z: 4 }] }\n');
    assert.deepEqual(root && plain(root), { a: { x: 1, y: 2 }, b: { x: 1, y: 3 }, c: { x: 1, z: 4, y: 2 } });
  });
  it('refuses what would unfold to too much, or nest too deep, or is too large', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    assert.ok(parseYaml(lines.join('\n')).problems.some((problem) => problem.message.includes('unfold to too much')));
    assert.ok(parseYaml('['.repeat(3000)).problems.length > 0);
    const large = parseYaml(`a: ${'x'.repeat(largestYaml)}`);
    assert.deepEqual([large.root, large.problems.length], [undefined, 1]);
  });
  it('takes a flat map of many keys in its stride', () => {
    const text = Array.from({ length: 5000 }, (_, i) => `key${i}: ${i}`).join('\n');
    const start = performance.now();
    assert.deepEqual(parseYaml(text).problems, []);
    assert.ok(performance.now() - start < 3000);
  });
});

/** A small generator, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

describe('broken manifests', () => {
  it('never throw, whatever is cut, doubled or put in', async () => {
    const { completeManifest } = await import('../../server/src/core/features/completeManifest.ts');
    const { hoverManifest } = await import('../../server/src/core/features/hoverManifest.ts');
    const { effective } = await import('../../server/src/core/features/effective.ts');
    const { workspaceModel } = await import('../../server/src/core/features/model.ts');
    const next = random(7);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      '- ',
      '\n',
      '  ',
      '"',
      "'",
      '*a',
      '&a ',
      '<<: ',
      '\t',
      'null',
      '${',
      '#',
      '|',
      '? ',
      '\r\n',
      '🙂',
      '__proto__: ',
    ];
    const start = workspace();
    for (let i = 0; i < 120; i++) {
      const path = ['services/order-api/waybill.yaml', 'waybill.environments.yaml', 'waybill.standards.yaml'][i % 3] ?? '';
      const text = files[path] ?? environments;
      const at = Math.floor(next() * text.length);
      const cut = Math.floor(next() * 30);
      const piece = pieces[Math.floor(next() * pieces.length)] ?? '';
      const broken = text.slice(0, at) + piece + text.slice(at + cut);
      const uri = `file:///w/${path}`;
      const changed = changeWorkspace(start, [{ uri, kind: fileKind(uri), text: broken }]);
      const position = present(changed.yaml(uri)).index.positionAt(at + piece.length);
      assert.doesNotThrow(
        () => {
          lintManifest(changed, uri);
          completeManifest(changed, uri, position);
          hoverManifest(changed, uri, position);
          workspaceModel(changed);
          effective(changed, 'zero-dsp/order-api', 'it');
        },
        `seed 7, round ${i}: ${JSON.stringify(broken.slice(Math.max(0, at - 40), at + 40))}`,
      );
    }
  });
});

interface Described {
  readonly [key: string]: unknown;
}

function undocumented(node: unknown, path: string): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const members = key === 'properties' ? Object.entries(value as Described) : [];
    const bare = members.filter(([, child]) => !(child as Described).description || !(child as Described).markdownDescription);
    return [...bare.map(([name]) => `${path}/${name}`), ...undocumented(value, `${path}/${key}`)];
  });
}

describe('schemas', () => {
  for (const name of ['service', 'standards', 'environments', 'record']) {
    it(`${name}: draft-07, every key described`, () => {
      const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas', `${name}.schema.json`), 'utf8'));
      assert.equal(schema.$schema, 'http://json-schema.org/draft-07/schema#');
      const conditions = undocumented({ ...schema, allOf: undefined }, '').filter((path) => !path.includes('/if/'));
      assert.deepEqual(conditions, []);
    });
  }
});
