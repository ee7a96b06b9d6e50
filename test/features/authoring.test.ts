/** A new environment, and a catalogue that is split into parts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addEnvironment } from '../../server/src/core/features/addEnvironment.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { splitCatalogue } from '../../server/src/core/features/splitCatalogue.ts';
import { changeWorkspace, createWorkspace, fileKind, type Workspace } from '../../server/src/core/features/workspace.ts';
import { applyEdits, lineIndex } from '../../server/src/core/text/lineIndex.ts';
import type { NewEnvironment } from '../../server/src/protocol.ts';
import { environments, standards } from './yamlFixture.ts';

const uriOf = (path: string) => `file:///w/${path}`;

function workspaceOf(files: Readonly<Record<string, string>>): Workspace {
  return createWorkspace({
    files: Object.entries(files).map(([path, text]) => ({ uri: uriOf(path), kind: fileKind(uriOf(path)), text })),
    folders: ['file:///w'],
    today: '2026-11-20',
  });
}

const file = 'waybill.environments.yaml';
const staging: NewEnvironment = {
  name: 'staging',
  purpose: 'rehearsal',
  promoteFrom: ['it'],
  kubernetes: {
    context: 'stage',
    namespace: 'zero-dsp-staging',
    cluster: {
      server: 'https://k8s.example.com:6443',
      ca: `sha256:${'0a'.repeat(32)}`,
      uid: '3f6b1a54-9c1e-4a77-8f0e-0d5d3a3f5b11',
    },
  },
};

/** The file after the environment was added, and what is wrong with it then. */
function added(text: string, wanted: NewEnvironment) {
  const workspace = workspaceOf({ [file]: text });
  const edit = addEnvironment(workspace, wanted);
  assert.ok(!('problem' in edit), 'problem' in edit ? edit.problem : '');
  const after = applyEdits(text, [edit]);
  const errors = lintManifest(changeWorkspace(workspace, [{ uri: edit.uri, kind: 'environments', text: after }]), edit.uri).filter(
    ({ severity }) => severity === 'error',
  );
  assert.deepEqual(errors, [], after);
  return after;
}

describe('a new environment', () => {
  it('stands behind the last one, with the cluster that it was pinned to', () => {
    const text = added(environments, staging);
    assert.ok(text.startsWith(environments.trimEnd()));
    assert.equal(
      text.slice(environments.trimEnd().length),
      `
  - name: staging
    kind: kubernetes
    purpose: rehearsal
    kubernetes:
      context: stage
      cluster:
        server: https://k8s.example.com:6443
        ca: sha256:${'0a'.repeat(32)}
        uid: 3f6b1a54-9c1e-4a77-8f0e-0d5d3a3f5b11
      namespace: zero-dsp-staging
      createNamespace: true
    promote: { from: [it] }
`,
    );
  });

  it('is a host of Docker as well, with empty lines where there are some', () => {
    const spaced = environments.replaceAll('\n  - name', '\n\n  - name');
    const text = added(spaced, {
      name: 'demo',
      promoteFrom: ['dev'],
      compose: { project: 'zero-demo', host: 'ssh://ops@demo-1.example.com' },
    });
    assert.match(
      text,
      /from: \[\] \}\n\n {2}- name: demo\n {4}kind: compose\n {4}compose:\n {6}project: zero-demo\n {6}hosts: \[\{ name: demo-1, host: ssh:\/\/ops@demo-1\.example\.com \}\]\n {4}promote: \{ from: \[dev\] \}\n$/,
    );
  });

  it('is the first where there is none yet', () => {
    const head = 'apiVersion: waybill.dev/v1\nkind: Environments\nmetadata: { product: p }\n';
    const one: NewEnvironment = { name: 'dev', promoteFrom: [], compose: { project: 'p-dev', host: 'unix:///var/run/docker.sock' } };
    for (const rest of ['', 'environments:\n', 'environments: []\n', 'environments: # to come\n']) {
      const text = added(head + rest, one);
      assert.match(text, /\nenvironments:.*\n {2}- name: dev\n/);
    }
  });

  it('is refused where it cannot be added, with the reason', () => {
    const refused = (workspace: Workspace, wanted: NewEnvironment) => {
      const edit = addEnvironment(workspace, wanted);
      return 'problem' in edit ? edit.problem : '';
    };
    assert.match(refused(workspaceOf({}), staging), /no waybill\.environments\.yaml/);
    assert.match(refused(workspaceOf({ [file]: environments }), { ...staging, name: 'dev' }), /`dev` already/);
    assert.match(
      refused(workspaceOf({ [file]: environments, [`b/${file}`]: environments.replace('zero-dsp', 'b') }), { ...staging }),
      /Several products/,
    );
    assert.match(refused(workspaceOf({ [file]: 'metadata: { product: p }\nenvironments: [{ name: a }]\n' }), staging), /on one line/);
  });
});

describe('a catalogue', () => {
  const path = 'waybill.standards.yaml';
  const commented = standards
    .replace('  - name: java-tomcat-9', '  # what services in Java stand on\n  - name: java-tomcat-9')
    .replace('include: [standards/*.yaml]\n', '');

  function split(text: string, word: string, title: string) {
    const workspace = workspaceOf({ [path]: text });
    const at = lineIndex(text).positionAt(text.indexOf(word));
    const found = splitCatalogue(workspace, uriOf(path), { start: at, end: at });
    const one = found.find((refactor) => refactor.title === title);
    assert.ok(one?.create, `${title} in ${found.map((refactor) => refactor.title).join(', ')}`);
    const after = applyEdits(text, one.edits);
    const whole = changeWorkspace(workspace, [
      { uri: uriOf(path), kind: 'standards', text: after },
      { uri: one.create.uri, kind: 'standards', text: one.create.text },
    ]);
    const names = (of: Workspace) => of.standards[0]?.images.map((image) => image.name).sort();
    assert.deepEqual(names(whole), names(workspace), 'the standards say the same as before');
    for (const uri of [uriOf(path), one.create.uri])
      assert.deepEqual(
        lintManifest(whole, uri).filter(({ severity }) => severity === 'error'),
        [],
        after,
      );
    return { after, part: one.create };
  }

  it('gives one entry a file of its own, with its comment', () => {
    const { after, part } = split(commented, 'java-tomcat-9\n    image', 'Move `java-tomcat-9` to a file of its own');
    assert.equal(part.uri, uriOf('java-tomcat-9.waybill.standards.yaml'));
    assert.match(
      part.text,
      /^apiVersion: waybill\.dev\/v1\nkind: StandardsPart\n\nbaseImages:\n {2}# what services in Java stand on\n {2}- name: java-tomcat-9\n/,
    );
    assert.match(after, /\nmetadata: .*\ninclude: \[java-tomcat-9\.waybill\.standards\.yaml\]\nregistries:/);
    assert.doesNotMatch(after, /java stand on|name: java-tomcat-9/);
  });

  it('gives a whole section one, and the section goes', () => {
    const { after, part } = split(commented, 'baseImages:', 'Move all base images to a file of their own');
    assert.equal(part.uri, uriOf('baseImages.waybill.standards.yaml'));
    assert.doesNotMatch(after, /baseImages:/);
  });

  it('adds to what is included already', () => {
    const { after } = split(standards, 'legacy-php', 'Move `legacy-php` to a file of its own');
    assert.match(after, /include: \[standards\/\*\.yaml, legacy-php\.waybill\.standards\.yaml\]/);
  });

  it('is left alone in parts and outside of the catalogue', () => {
    const workspace = workspaceOf({
      [path]: standards,
      'a.waybill.standards.yaml': standards.replace('kind: Standards', 'kind: StandardsPart'),
    });
    const at = lineIndex(standards).positionAt(standards.indexOf('registries'));
    const inside = lineIndex(standards).positionAt(standards.indexOf('legacy-php') + 4);
    assert.deepEqual(splitCatalogue(workspace, uriOf(path), { start: at, end: at }), []);
    assert.deepEqual(splitCatalogue(workspace, uriOf('a.waybill.standards.yaml'), { start: inside, end: inside }), []);
  });
});
