import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { manifestHints } from '../../server/src/core/features/hintsManifest.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { refactorManifest } from '../../server/src/core/features/refactorManifest.ts';
import { manifestNameAt, referencesManifest, renameManifest } from '../../server/src/core/features/referencesManifest.ts';
import { changeWorkspace, createWorkspace, fileKind, type Workspace } from '../../server/src/core/features/workspace.ts';
import { applyEdits, lineIndex } from '../../server/src/core/text/lineIndex.ts';

const files: Readonly<Record<string, string>> = {
  'waybill.standards.yaml': `apiVersion: waybill.dev/v1
kind: Standards
metadata: { name: house, version: 2026.1.0 }
registries: [{ name: main, host: r.example.com }]
osImages: [{ name: os-1, image: r.example.com/os, family: debian, current: { tag: "1" } }]
components: [{ name: jdk, builtin: true }, { name: tomcat, builtin: true, after: [jdk] }]
baseImages:
  - { name: web-1, image: r.example.com/base/web, os: os-1, current: { tag: "1.2" }, components: [{ name: tomcat }], config: { ports: [8080] } }
policy: { resources: { require: [limits.memory] }, health: { require: [readiness] } }
`,
  'waybill.environments.yaml': `apiVersion: waybill.dev/v1
kind: Environments
metadata: { product: web }
builders: [{ name: shared, members: [{ name: a, host: "ssh://a.example.com" }] }]
environments:
  - { name: dev, kind: kubernetes, kubernetes: { context: one, namespace: dev }, promote: { from: [] } }
  - { name: production, kind: kubernetes, kubernetes: { context: two, namespace: web }, promote: { from: ["dev"] } }
`,
  'shop/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Service
metadata: { name: shop, product: web }
standards: house
build: { base: web-1, pool: shared }
image: { repository: r.example.com/web/shop }
ports:
  - { name: http, port: 8080 }
resources: { limits: { memory: 512Mi } }
health: { readiness: { tcp: { port: http } } }
expose: { ports: [http] }
scale: { replicas: 2 } # two
environments:
  dev:
    scale: { replicas: 1 }
    ports: [{ name: http, env: PORT }]
`,
  'shop/Dockerfile': 'FROM r.example.com/base/web:1.2\n',
  'cart/waybill.yaml': 'metadata: { name: cart, product: web }\ndependsOn: [shop]\n',
  'New_Desk/Dockerfile':
    'FROM r.example.com/base/web:1.2\nARG WAR\nEXPOSE 8080 9090/udp\nSTOPSIGNAL SIGQUIT\nVOLUME /data\nHEALTHCHECK CMD true\n',
};

function workspaceOf(all: Readonly<Record<string, string>>): Workspace {
  const list = Object.entries(all).map(([path, text]) => ({ uri: uriOf(path), kind: fileKind(uriOf(path)), text }));
  return createWorkspace({ files: list, folders: ['file:///w'], today: '2026-11-24' });
}

const uriOf = (path: string) => `file:///w/${path}`;
const workspace = workspaceOf(files);
const parse = (file: { readonly uri: string; readonly text: string }) => parseDockerfile(file.uri, file.text);

/** The place of the n-th occurrence of a word. */
function at(path: string, word: string, inside = word) {
  const text = files[path] ?? '';
  const start = text.indexOf(word);
  assert.ok(start >= 0, `${word} is not in ${path}`);
  return lineIndex(text).positionAt(start + word.indexOf(inside));
}

function places(path: string, word: string, inside = word): readonly string[] {
  return referencesManifest(workspace, parse, uriOf(path), at(path, word, inside), { definition: true })
    .map(({ uri, range }) => `${uri.replace('file:///w/', '')}:${range.start.line + 1}:${range.start.character + 1}`)
    .sort();
}

function renamed(path: string, word: string, inside: string, name: string): Readonly<Record<string, string>> | string | undefined {
  const result = renameManifest(workspace, uriOf(path), at(path, word, inside), name);
  if (!result) return undefined;
  if ('refusal' in result) return result.refusal;
  return Object.fromEntries(
    [...result.edits].map(([uri, edits]) => [uri.replace('file:///w/', ''), applyEdits(workspace.file(uri)?.text ?? '', edits)]),
  );
}

describe('names of manifests', () => {
  it('are found from a use and from their definition', () => {
    const image = ['shop/Dockerfile:1:6', 'shop/waybill.yaml:5:16', 'waybill.standards.yaml:8:13'];
    assert.deepEqual(
      places('shop/waybill.yaml', 'web-1').filter((place) => !place.startsWith('New_Desk')),
      image,
    );
    assert.deepEqual(
      places('waybill.standards.yaml', 'web-1').filter((place) => !place.startsWith('New_Desk')),
      image,
    );
    assert.deepEqual(places('waybill.environments.yaml', 'name: dev', 'dev'), [
      'shop/waybill.yaml:14:3',
      'waybill.environments.yaml:6:13',
      'waybill.environments.yaml:7:107',
    ]);
    assert.deepEqual(places('shop/waybill.yaml', 'name: shop', 'shop'), ['cart/waybill.yaml:2:13', 'shop/waybill.yaml:3:19']);
    assert.deepEqual(places('waybill.standards.yaml', 'after: [jdk]', 'jdk'), [
      'waybill.standards.yaml:6:22',
      'waybill.standards.yaml:6:83',
    ]);
    assert.deepEqual(places('shop/waybill.yaml', 'pool: shared', 'shared'), ['shop/waybill.yaml:5:29', 'waybill.environments.yaml:4:20']);
  });

  it('are renamed in all files, with their quotes', () => {
    const ports = renamed('shop/waybill.yaml', 'name: http', 'http', 'web');
    assert.ok(typeof ports === 'object' && !ports['shop/waybill.yaml']?.includes('http'));
    const environment = renamed('shop/waybill.yaml', '  dev:', 'dev', 'test');
    assert.ok(typeof environment === 'object');
    assert.deepEqual(Object.keys(environment).sort(), ['shop/waybill.yaml', 'waybill.environments.yaml']);
    assert.match(environment['waybill.environments.yaml'] ?? '', /name: test,.*\n.*from: \["test"\]/);
    assert.match(environment['waybill.environments.yaml'] ?? '', /namespace: dev/);
    assert.match(environment['shop/waybill.yaml'] ?? '', /^ {2}test:$/m);
  });

  it('are refused when they are no names or taken', () => {
    assert.match(String(renamed('shop/waybill.yaml', '  dev:', 'dev', 'Dev 1')), /cannot be the name of an environment/);
    assert.match(String(renamed('shop/waybill.yaml', '  dev:', 'dev', 'production')), /already/);
    assert.equal(renamed('shop/waybill.yaml', 'kind: Service', 'Service', 'x'), undefined);
    assert.equal(manifestNameAt(workspace, uriOf('shop/waybill.yaml'), at('shop/waybill.yaml', 'replicas'))?.name, undefined);
  });
});

describe('anchors', () => {
  const text =
    'metadata: { name: shop, product: web }\nenvironments:\n  dev: &small\n    scale: { replicas: 1 } # *small and &small\n  it: *small\n  qa: *small\n  big: &large { env: [{ name: A, value: "*small" }] }\n';
  const uri = uriOf('shop/waybill.yaml');
  const here = changeWorkspace(workspace, [{ uri, kind: 'service', text }]);
  const rename = (offset: number, name: string) => {
    const result = renameManifest(here, uri, lineIndex(text).positionAt(offset), name);
    if (!result) return undefined;
    return 'refusal' in result ? result.refusal : applyEdits(text, result.edits.get(uri) ?? []);
  };

  it('are renamed with their aliases, from either', () => {
    const wanted = text.replace('dev: &small', 'dev: &tiny').replace('it: *small', 'it: *tiny').replace('qa: *small', 'qa: *tiny');
    assert.equal(rename(text.indexOf('&small') + 2, 'tiny'), wanted);
    assert.equal(rename(text.indexOf('qa: *small') + 5, 'tiny'), wanted);
  });

  it('are refused when the name is taken or none', () => {
    assert.match(String(rename(text.indexOf('&small') + 2, 'large')), /There is an anchor `large` already/);
    assert.match(String(rename(text.indexOf('&small') + 2, 'a b')), /cannot be the name of an anchor/);
  });

  it('lead to their aliases', () => {
    const found = referencesManifest(here, parse, uri, lineIndex(text).positionAt(text.indexOf('&small') + 2), { definition: false });
    assert.deepEqual(
      found.map(({ range }) => range.start.line),
      [4, 5],
    );
  });
});

describe('refactors of manifests', () => {
  const path = 'shop/waybill.yaml';
  const applied = (word: string, inside: string, title: string) => {
    const found = refactorManifest(workspace, uriOf(path), at(path, word, inside)).find((one) => one.title === title);
    assert.ok(found, title);
    return applyEdits(files[path] ?? '', found.edits);
  };

  it('override a value in an environment', () => {
    const text = applied('replicas: 2', '2', 'Override `scale.replicas` in `production`');
    assert.match(text, /^ {2}production: \{ scale: \{ replicas: 2 \} \}$/m);
    assert.deepEqual(
      lintManifest(changeWorkspace(workspace, [{ uri: uriOf(path), kind: 'service', text }]), uriOf(path)).filter(
        ({ rule }) => rule !== 'env/unused-override',
      ),
      [],
    );
  });
  it('move an override to all environments', () => {
    const text = applied('replicas: 1', '1', 'Move `scale.replicas` to all environments');
    assert.match(text, /^scale: \{ replicas: 1 \} # two$/m);
    assert.doesNotMatch(text, /scale: \{\}/);
  });
  it('add an override for an environment', () => {
    assert.match(applied('  dev:', 'dev', 'Add an override for `production`'), /ports: .*\n {2}production: \{\}\n$/);
  });
  it('offer nothing for what is the same everywhere', () => {
    assert.deepEqual(refactorManifest(workspace, uriOf(path), at(path, 'web-1')), []);
  });
});

describe('hints of manifests', () => {
  it('tell what comes from elsewhere', () => {
    const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const hints = manifestHints(workspace, uriOf('shop/waybill.yaml'), whole);
    assert.deepEqual(
      hints.map(({ position, label }) => `${position.line + 1}: ${label}`),
      ['5: 1.2 on os-1', '4: 2026.1.0', '12: dev: 1', '5: a'],
    );
  });
});
