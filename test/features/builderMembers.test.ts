/** Members of builder pools are drained, added and removed in the file that people wrote. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeBuilders } from '../../server/src/core/features/builderMembers.ts';
import { changeWorkspace, createWorkspace, fileKind } from '../../server/src/core/features/workspace.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import type { BuilderChange } from '../../server/src/protocol.ts';

const path = 'waybill.environments.yaml';
const head = 'apiVersion: waybill.dev/v1\nkind: Environments\nmetadata: { product: zero-dsp }\n';

function workspaceOf(files: Readonly<Record<string, string>>) {
  const list = Object.entries(files).map(([name, text]) => ({ uri: `file:///w/${name}`, kind: fileKind(name), text }));
  return createWorkspace({ files: list, folders: ['file:///w'], today: '2026-11-20' });
}

/** The text of the builders after the changes, one after the other; a refusal in its place. */
function changed(builders: string, ...changes: readonly Partial<BuilderChange>[]): string {
  let workspace = workspaceOf({ [path]: head + builders });
  let text = head + builders;
  for (const change of changes) {
    const edit = changeBuilders(workspace, { pool: 'shared', ...change } as BuilderChange);
    if ('problem' in edit) return edit.problem;
    text = applyEdits(text, [edit]);
    workspace = changeWorkspace(workspace, [{ uri: edit.uri, kind: 'environments', text }]);
  }
  assert.ok(text.startsWith(head));
  return text.slice(head.length);
}

const block = `builders:
  # where everybody builds
  - name: shared
    policy: affinity # warm layers
    members:
      # the fast one
      - name: build-1
        host: tcp://10.1.0.11:2376 # in room 2
        labels:
          arch: amd64 # really
      # the old one

      - name: build-2
        host: ssh://ops@build-2
        # not for long

  - name: other
    members: [{ name: build-2, host: "unix:///x" }]
`;
const flow = `builders:
  - name: shared
    members:
      - { name: build-1, host: "tcp://a:1", labels: { arch: amd64 } } # one
      - { name: build-2, host: "tcp://b:1" } # two
`;

const drain = (member: string) => ({ member, change: 'drain' as const });
const undrain = (member: string) => ({ member, change: 'undrain' as const });
const remove = (member: string) => ({ member, change: 'remove' as const });

describe('members of a pool', () => {
  it('are drained with one more line, and back', () => {
    const drained = block.replace('          arch: amd64 # really\n', '          arch: amd64 # really\n        draining: true\n');
    assert.equal(changed(block, drain('build-1')), drained);
    assert.equal(changed(block, drain('build-1'), undrain('build-1')), drained.replace('draining: true', 'draining: false'));
    const second = block.replace('host: ssh://ops@build-2\n', 'host: ssh://ops@build-2\n        draining: true\n');
    assert.equal(changed(block, drain('build-2')), second);
    assert.equal(changed(flow, drain('build-1')), flow.replace('{ arch: amd64 } }', '{ arch: amd64 }, draining: true }'));
    assert.equal(
      changed(flow, drain('build-2'), undrain('build-2'), drain('build-2')),
      flow.replace('"tcp://b:1" }', '"tcp://b:1", draining: true }'),
    );
  });

  it('go, and the comments around them stay', () => {
    assert.equal(changed(block, remove('build-1')), block.replace(/ {6}- name: build-1\n.*\n.*\n.*\n/, ''));
    assert.equal(changed(block, remove('build-2')), block.replace(/ {6}- name: build-2\n.*\n/, ''));
    assert.equal(changed(flow, remove('build-1')), flow.replace(/ {6}- \{ name: build-1.*\n/, ''));
    const oneLine = 'builders:\n  - name: shared\n    members: [{ name: a, host: "unix:///a" }, { name: b, host: "unix:///b" }] # all\n';
    assert.equal(changed(oneLine, remove('a')), oneLine.replace('{ name: a, host: "unix:///a" }, ', ''));
    assert.equal(changed(oneLine, remove('b')), oneLine.replace(', { name: b, host: "unix:///b" }', ''));
  });

  it('come behind the last one, in the way the others are written', () => {
    const add = (host: string) => ({ member: 'build-3', change: 'add' as const, host });
    assert.equal(
      changed(block, add('ssh://ops@build-3')),
      block.replace('host: ssh://ops@build-2\n', 'host: ssh://ops@build-2\n      - name: build-3\n        host: ssh://ops@build-3\n'),
    );
    assert.equal(changed(flow, add('tcp://c:1')), `${flow}      - { name: build-3, host: tcp://c:1 }\n`);
    assert.equal(changed(flow.trimEnd(), add('tcp://c:1')), `${flow}      - { name: build-3, host: tcp://c:1 }`);
    const oneLine = 'builders:\n  - name: shared\n    members: [{ name: a, host: "unix:///a" }]\n';
    assert.equal(
      changed(oneLine, add('tcp://c:1')),
      oneLine.replace('"unix:///a" }]', '"unix:///a" }, { name: build-3, host: tcp://c:1 }]'),
    );
    const windows = flow.replaceAll('\n', '\r\n');
    assert.match(changed(windows, add('tcp://c:1')), /# two\n {6}- \{ name: build-3, host: tcp:\/\/c:1 \}\r\n$/);
  });

  it('say why they cannot be changed', () => {
    assert.match(changed(block, { pool: 'docker-contexts', ...drain('far') }), /has a pool `docker-contexts`; pools of the Docker CLI/);
    assert.match(changed(block, drain('build-9')), /has no member `build-9`/);
    assert.match(changed(block, undrain('build-1')), /is not draining/);
    assert.match(changed(block, drain('build-1'), drain('build-1')), /is draining already/);
    assert.match(changed(block, { member: 'build-1', change: 'add', host: 'unix:///x' }), /has a member `build-1` already/);
    assert.match(changed(block, { pool: 'other', ...remove('build-2') }), /the only member of `other` here/);
    assert.match(changed('builders:\n  - name: shared\n', { member: 'a', change: 'add', host: 'unix:///x' }), /no list `members`/);
  });

  it('of one person are changed in that person’s file', () => {
    const local = 'kind: Environments\nbuilders:\n  - name: shared\n    members:\n      - { name: mine, host: "unix:///m" }\n';
    const workspace = workspaceOf({ 'waybill.environments.local.yaml': local, [path]: head + flow });
    const edit = changeBuilders(workspace, { pool: 'shared', ...drain('mine') });
    assert.ok('uri' in edit && edit.uri.endsWith('waybill.environments.local.yaml'));
    assert.match(applyEdits(local, [edit]), /"unix:\/\/\/m", draining: true \}/);
    const both = workspaceOf({ 'waybill.environments.local.yaml': local.replace('mine', 'build-1'), [path]: head + flow });
    const drained = changeBuilders(both, { pool: 'shared', ...drain('build-1') });
    assert.ok('uri' in drained && drained.uri.endsWith(`/${path}`), 'the product’s file has the say');
    const removed = changeBuilders(both, { pool: 'shared', ...remove('build-1') });
    assert.match('problem' in removed ? removed.problem : '', /stands in waybill\.environments\.local\.yaml as well/);
  });
});
