import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Completion } from '../../server/src/core/features/answers.ts';
import { completeManifest } from '../../server/src/core/features/completeManifest.ts';
import { defineManifest } from '../../server/src/core/features/defineManifest.ts';
import { hoverManifest } from '../../server/src/core/features/hoverManifest.ts';
import { symbolsManifest } from '../../server/src/core/features/symbolsManifest.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { annotated, present, service, workspace } from './yamlFixture.ts';

const manifest = 'services/new/waybill.yaml';

function complete(source: string, path = manifest): readonly Completion[] {
  const file = annotated(path, source);
  return completeManifest(file.workspace, file.uri, present(file.cursor));
}

const labels = (source: string, path?: string) => complete(source, path).map((item) => item.label);

/** The text after an item was taken, its snippet's stops at their defaults. */
function taken(source: string, label: string, path = manifest): string {
  const file = annotated(path, source);
  const item = present(complete(source, path).find((candidate) => candidate.label === label));
  const indent = /^\s*/.exec(file.text.split('\n')[item.edit.range.start.line] ?? '')?.[0] ?? '';
  const text = item.edit.text.replace(/\n/g, `\n${indent}`);
  return applyEdits(file.text, [{ range: item.edit.range, text }]).replace(/\$\{\d+:([^}]*)\}|\$\d/g, '$1');
}

const head = 'metadata: { name: new, product: zero-dsp }\n';

describe('completion of keys', () => {
  it('offers what is required first, in an empty file', () => {
    assert.deepEqual(labels('<|>').slice(0, 4), ['apiVersion', 'kind', 'metadata', 'image']);
  });
  it('does not offer what is there already', () => {
    const offered = labels('build:\n  context: .\n  <|>\nimage:\n  repository: x');
    assert.ok(offered.includes('dockerfile') && !offered.includes('context') && !offered.includes('repository'));
  });
  for (const source of [
    'health:\n  readiness:\n    ht<|>',
    'health:\n  readiness:\n    period: 5s\n    <|>',
    'health: { readiness: { <|> } }',
    'health: { readiness: { period: 5s, <|>',
    'environments:\n  dev:\n    health:\n      liveness:\n        <|>',
  ]) {
    it(`at depth: ${JSON.stringify(source)}`, () => assert.ok(labels(source).includes('http')));
  }
  it('in lists, in block and flow style', () => {
    assert.deepEqual(labels('ports:\n  - <|>').slice(0, 2), ['name', 'port']);
    assert.deepEqual(labels('ports:\n  - name: http\n    <|>')[0], 'port');
    assert.deepEqual(labels('ports: [{ name: http, <|> }]')[0], 'port');
  });
  it('of each form that a value may have', () => {
    assert.deepEqual(labels('env:\n  A: { <|> }').sort(), ['description', 'required', 'secret']);
    assert.deepEqual(labels('env:\n  A: { secret: { name: x, key: y }, <|> }'), ['description']);
  });
  it('names the environments of the product', () => {
    assert.deepEqual(labels(`${head}environments:\n  <|>`), ['dev', 'it', 'production']);
    assert.deepEqual(labels(`${head}environments:\n  dev: {}\n  <|>`), ['it', 'production']);
  });
  it('brings what is required below, indented', () => {
    assert.equal(taken('environments:\n  dev:\n    <|>', 'ports'), 'environments:\n  dev:\n    ports:\n      - name: \n        port: ');
    assert.equal(taken('ports:\n  - name: http\n    port: 80\nhealth:\n  <|>', 'readiness').split('\n').at(-1), '    ');
    assert.equal(taken('verify:\n  - name: smoke\n    <|>', 'http'), 'verify:\n  - name: smoke\n    http:\n      port: ');
    assert.equal(taken('config: [{ <|> }]', 'source'), 'config: [{ source:  }]');
  });
  it('replaces a key, and leaves its value alone', () => {
    assert.equal(taken('po<|>rt:\n  - name: x', 'ports'), 'ports:\n  - name: x');
  });
  it('has the default of a value', () => {
    assert.equal(taken('scale:\n  <|>', 'replicas'), 'scale:\n  replicas: 1');
  });
});

describe('completion of values', () => {
  it('offers the words of the schema, also right behind the colon', () => {
    assert.deepEqual(labels('network:\n  mode: <|>'), ['bridge', 'host']);
    assert.equal(taken('network:\n  mode:<|>', 'host'), 'network:\n  mode: host');
    assert.equal(taken('network: { mode: br<|>idge }', 'host'), 'network: { mode: host }');
  });
  it('offers base images with what they are, deprecated ones last', () => {
    const offered = complete('standards: net-alliance\nbuild:\n  base: <|>');
    assert.deepEqual(
      offered.map((item) => [item.label, item.deprecated ?? false]),
      [
        ['java-tomcat-9', false],
        ['legacy-php', true],
      ],
    );
    assert.match(offered[1]?.documentation ?? '', /Deprecated\*\*: PHP is gone\. Use `java-tomcat-9`/);
  });
  it('offers names from other files', () => {
    assert.deepEqual(labels(`${head}dependsOn: [<|>]`), ['order-api', 'user-api']);
    assert.deepEqual(labels(`${head}dependsOn: [user-api, <|>]`), ['order-api']);
    assert.deepEqual(labels(`${head}build: { pool: <|> }`), ['shared']);
    assert.deepEqual(labels('standards: <|>'), ['net-alliance']);
    assert.deepEqual(labels('ports: [{ name: http, port: 80 }]\nexpose: { ports: [<|>] }'), ['http']);
    assert.equal(taken('standards: net-alliance\njdk:\n  version: <|>', '17'), 'standards: net-alliance\njdk:\n  version: "17"');
  });
  it('offers what is filled in, within quotes', () => {
    assert.equal(taken(`${head}env: { A: "x-\${env<|>}" }`, `\${environment.name}`), `${head}env: { A: "x-\${environment.name}" }`);
    assert.deepEqual(
      complete(`${head}env:\n  A: "\${<|>"`).find((item) => item.label === `\${environment.name}`)?.detail,
      'dev, it, production',
    );
  });
  it('offers other environments as sources, and rules of severity', () => {
    const file = 'waybill.environments.yaml';
    assert.deepEqual(labels('environments:\n  - name: a\n  - name: b\n    promote: { from: [<|>] }', file), ['a']);
    assert.ok(labels('severity:\n  <|>', 'waybill.standards.yaml').includes('environment/unknown'));
  });
  it('offers nothing in comments and unknown places', () => {
    assert.deepEqual(labels('# base<|>'), []);
    assert.deepEqual(labels('nowhere:\n  <|>'), []);
  });
});

describe('hover', () => {
  function hover(source: string): string {
    const file = annotated(manifest, source);
    return hoverManifest(file.workspace, file.uri, present(file.cursor))?.markdown ?? '';
  }
  it('documents a key with its default, and its value in every environment', () => {
    const text = hover(`${head}scale: { repl<|>icas: 2 }\nenvironments: { dev: { scale: { replicas: 1 } } }`);
    assert.match(text, /Number of instances/);
    assert.match(text, /Default: `1`/);
    assert.match(
      text,
      /`dev`: `1` \(\[line 3\]\(file:\/\/\/w\/services\/new\/waybill.yaml#L3\)\)\n- `it`, `production`: `2` \(this line\)/,
    );
  });
  it('shows an override beside its own environment only, and not what stands here anyway', () => {
    assert.doesNotMatch(hover(`${head}environments: { dev: { scale: { repl<|>icas: 1 } } }`), /Effective value/);
    const mode = hover(`${head}environments: { dev: { env: { A: "x-$<|>{environment.name}" } } }`);
    assert.match(mode, /Effective value:\n\n- `dev`: `x-dev` \(this line\)/);
  });
  it('explains what a name stands for', () => {
    assert.match(hover('standards: net-alliance\nbuild: { base: java<|>-tomcat-9 }'), /\| OS \| `rocky-9` \| not known \|/);
  });
  it('says nothing where there is nothing', () => assert.equal(hover('nothing: ab<|>c'), ''));
});

describe('definition', () => {
  function target(source: string): string {
    const file = annotated(manifest, source);
    const found = defineManifest(file.workspace, file.uri, present(file.cursor));
    const line = file.workspace.file(found?.uri ?? '')?.text.split('\n')[found?.range.start.line ?? -1];
    return found ? `${found.uri.slice('file:///w/'.length)}: ${line?.trim()}` : '';
  }
  it('leads to the base image, the environment, the service, the pool and the file', () => {
    assert.equal(target('standards: net-alliance\nbuild: { base: legacy<|>-php }'), 'waybill.standards.yaml: - name: legacy-php');
    assert.equal(target(`${head}environments: { d<|>ev: {} }`), 'waybill.environments.yaml: - name: dev');
    assert.equal(
      target(`${head}dependsOn: [order<|>-api]`),
      'services/order-api/waybill.yaml: metadata: { name: order-api, product: zero-dsp, title: Order API }',
    );
    assert.equal(target('build: { pool: sha<|>red }'), 'waybill.environments.yaml: - name: shared');
    assert.equal(target('standards: net<|>-alliance'), 'waybill.standards.yaml: metadata: { name: net-alliance, version: 2026.11.2 }');
    assert.equal(target('config: [{ source: ../order-api/config/lo<|>g.xml, target: /x }]'), 'services/order-api/config/log.xml: <log/>');
    assert.equal(target('build: { timeout: 2<|>0m }'), '');
  });
});

describe('outline', () => {
  it('has keys and named entries', () => {
    const symbols = symbolsManifest(workspace({ [manifest]: service }), `file:///w/${manifest}`);
    const ports = present(symbols.find((symbol) => symbol.name === 'ports'));
    assert.deepEqual(
      ports.children.map((symbol) => symbol.name),
      ['http', 'hsf'],
    );
  });
});
