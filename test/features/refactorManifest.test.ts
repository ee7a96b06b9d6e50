/** Values of every kind go into an environment's overrides and back, with their comments and in their style. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { copyEntry, moveEntry } from '../../server/src/core/features/moveValue.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';

function override(text: string, path: string, environment = 'production'): string | undefined {
  const keys = path.split('.');
  const edit = copyEntry(parseYaml(text), keys, ['environments', environment, ...keys]);
  return edit && applyEdits(text, [edit]);
}

function back(text: string, path: string, environment = 'production'): string | undefined {
  const keys = path.split('.');
  const edit = moveEntry(parseYaml(text), ['environments', environment, ...keys], keys, 2);
  return edit && applyEdits(text, [edit]);
}

describe('a value becomes an override', () => {
  const scalar = 'scale: { replicas: 2 } # two\nenvironments:\n  dev: {}\n  production: {}\n';
  it('a scalar', () =>
    assert.equal(override(scalar, 'scale.replicas'), scalar.replace('production: {}', 'production: { scale: { replicas: 2 } }')));
  it('a map on one line', () =>
    assert.equal(override(scalar, 'scale'), scalar.replace('production: {}', 'production: { scale: { replicas: 2 } }')));

  const block = 'resources:\n  # measured in May\n  requests:\n    cpu: 100m # one tenth\n  limits: { memory: 1Gi }\n';
  it('a map of lines, with its comments, where there are no overrides yet', () =>
    assert.equal(
      override(block, 'resources'),
      `${block}environments:\n  production:\n    resources:\n      # measured in May\n      requests:\n        cpu: 100m # one tenth\n      limits: { memory: 1Gi }\n`,
    ));
  it('into an empty environment, whose comment stays', () =>
    assert.equal(
      override(`${block}environments:\n  dev: {}\n  production: {} # live\n  z: {}\n`, 'resources.requests'),
      `${block}environments:\n  dev: {}\n  production: # live\n    resources:\n      requests:\n        cpu: 100m # one tenth\n  z: {}\n`,
    ));
  it('beside other overrides', () =>
    assert.equal(
      override(`${block}environments:\n  production:\n    scale: { replicas: 3 }\n  z: {}\n`, 'resources'),
      `${block}environments:\n  production:\n    scale: { replicas: 3 }\n    resources:\n      # measured in May\n      requests:\n        cpu: 100m # one tenth\n      limits: { memory: 1Gi }\n  z: {}\n`,
    ));
  it('into an environment on one line, on one line', () =>
    assert.equal(
      override(`${block}environments:\n  production: { scale: { replicas: 3 } }\n`, 'resources'),
      `${block}environments:\n  production: { scale: { replicas: 3 }, resources: { requests: { cpu: 100m }, limits: { memory: 1Gi } } }\n`,
    ));

  const list = 'ports:\n  - { name: http, port: 8080 }\n  # of the operators\n  - name: admin\n    port: 9000\n';
  it('a keyed list', () =>
    assert.equal(
      override(`${list}environments:\n  production:\n`, 'ports'),
      `${list}environments:\n  production:\n    ports:\n      - { name: http, port: 8080 }\n      # of the operators\n      - name: admin\n        port: 9000\n`,
    ));
  it('a list at the indentation of its key', () =>
    assert.equal(
      override('a:\n- 1\n- 2\nenvironments: {}\n', 'a'),
      'a:\n- 1\n- 2\nenvironments:\n  production:\n    a:\n    - 1\n    - 2\n',
    ));
  it('a text of several lines', () =>
    assert.equal(
      override('env:\n  MOTD: |\n    hello\n\n    world\n  B: 1\n', 'env.MOTD'),
      'env:\n  MOTD: |\n    hello\n\n    world\n  B: 1\nenvironments:\n  production:\n    env:\n      MOTD: |\n        hello\n\n        world\n',
    ));
  it('nothing, where an alias is in the way', () =>
    assert.equal(override('x: &a { b: { c: 1 } }\nenvironments:\n  production: *a\nscale:\n  replicas: 1\n', 'scale'), undefined));
});

describe('an override becomes the value of all environments', () => {
  it('a scalar, and nothing empty stays behind', () =>
    assert.equal(
      back('scale: { replicas: 2 } # two\nenvironments:\n  production:\n    scale: { replicas: 5 }\n  z: {}\n', 'scale.replicas'),
      'scale: { replicas: 5 } # two\nenvironments:\n  production: {}\n  z: {}\n',
    ));
  it('a map is laid over the map that is there', () =>
    assert.equal(
      back(
        'resources:\n  requests: { cpu: 1 }\n  limits: { memory: 1Gi, cpu: 2 }\nenvironments:\n  production:\n    resources:\n      limits:\n        memory: 4Gi # more\n    scale: { replicas: 3 }\n',
        'resources',
      ),
      'resources:\n  requests: { cpu: 1 }\n  limits: { memory: 4Gi, cpu: 2 }\nenvironments:\n  production:\n    scale: { replicas: 3 }\n',
    ));
  it('a map that is not there yet, with its comments', () =>
    assert.equal(
      back('a: 1\nenvironments:\n  production:\n    rollout:\n      # slowly\n      batch: 1\n    scale: { replicas: 3 }\n', 'rollout'),
      'a: 1\nenvironments:\n  production:\n    scale: { replicas: 3 }\nrollout:\n  # slowly\n  batch: 1\n',
    ));
  it('a list takes the place of the list', () =>
    assert.equal(
      back(
        'ports:\n  - { name: http, port: 80 }\nenvironments:\n  production:\n    ports:\n      - { name: http, port: 8080 } # high\n      - { name: b, port: 1 }\n',
        'ports',
      ),
      'ports:\n  - { name: http, port: 8080 } # high\n  - { name: b, port: 1 }\nenvironments:\n  production: {}\n',
    ));
  it('and into an override again it is the same text', () => {
    const text = 'a: 1\nenvironments:\n  production:\n    x: {}\n    rollout:\n      # slowly\n      batch: 1\n';
    const moved = back(text, 'rollout') ?? '';
    assert.match(moved, /^rollout:\n {2}# slowly\n {2}batch: 1$/m);
    assert.ok(override(moved, 'rollout')?.startsWith(text));
  });
});
