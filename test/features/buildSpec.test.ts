import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { buildSpec } from '../../server/src/core/features/buildSpec.ts';
import { lintDockerfile } from '../../server/src/core/features/lint.ts';
import { createWorkspace, fileKind } from '../../server/src/core/features/workspace.ts';
import { splitCommand } from '../../server/src/core/service/splitCommand.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('what a build is told beyond folder and tag', () => {
  it('nothing that the manifest does not ask for', () => {
    const { spec } = specOf('');
    assert.deepEqual(
      [spec?.ssh, spec?.contexts, spec?.cache, spec?.provenance, spec?.sbomScanner, spec?.artifact],
      Array(6).fill(undefined),
    );
  });

  it('folders are absolute, images are by digest', () => {
    const { spec } = specOf(`contexts: { shared: ../shared, assets: "docker-image://registry.example.com/assets@${digest}" }`);
    assert.deepEqual(spec?.contexts, [
      { name: 'shared', folder: '/w/shared' },
      { name: 'assets', image: `registry.example.com/assets@${digest}` },
    ]);
  });

  it('cache, ssh, provenance and the compile step', () => {
    const { spec } = specOf(
      [
        'ssh: [default]',
        'provenance: max',
        'cache: { from: ["registry.example.com/c:x"], to: { ref: "registry.example.com/c:x", mode: max } }',
        `artifact: { command: "mvn -B '-Dname=a b'", outputs: [target/a.war], container: "registry.example.com/maven@${digest}" }`,
      ].join('\n  '),
    );
    assert.deepEqual(spec?.ssh, ['default']);
    assert.equal(spec?.provenance, 'max');
    assert.deepEqual(spec?.cache, {
      from: ['registry.example.com/c:x'],
      to: { ref: 'registry.example.com/c:x', mode: 'max' },
      inline: false,
    });
    assert.deepEqual(spec?.artifact, {
      command: ['mvn', '-B', '-Dname=a b'],
      folder: '/w/order-api',
      outputs: ['target/a.war'],
      container: `registry.example.com/maven@${digest}`,
    });
  });

  it('the scanner that the standards name', () => {
    const { spec } = specOf('', `policy: { image: { sbomScanner: "registry.example.com/scan@${digest}" } }`);
    assert.equal(spec?.sbomScanner, `registry.example.com/scan@${digest}`);
  });

  it('a command that needs a shell is told at its place', () => {
    const { problems } = specOf('artifact: { command: "mvn package && cp a b" }');
    assert.match(problems[0]?.message ?? '', /without a shell: `&` means nothing/);
    assert.equal(problems[0]?.location?.range.start.line, 6);
  });

  it('a stage that is copied from may be a named context', () => {
    const workspace = workspaceWith('contexts: { shared: ../shared }');
    const findings = lintDockerfile(
      parseDockerfile('file:///w/order-api/Dockerfile', 'FROM scratch\nCOPY --from=shared /a /a\nCOPY --from=shard /a /a\n'),
      workspace,
    );
    assert.deepEqual(
      findings.filter(({ rule }) => rule === 'stage/unknown').map(({ range }) => range.start.line),
      [2],
    );
  });
});

describe('which Dockerfiles need no emulation', () => {
  for (const [what, text, any] of [
    ['copies alone', 'FROM scratch\nCOPY a /\n', true],
    ['a step', 'FROM r/base\nRUN true\n', undefined],
    [
      'steps on the platform of the builder',
      'FROM --platform=$BUILDPLATFORM r/maven AS b\nRUN mvn\nFROM r/base\nCOPY --from=b /a /\n',
      true,
    ],
    [
      'a stage on such a one',
      `FROM --platform=\${BUILDPLATFORM} r/maven AS b\nFROM b AS c\nRUN mvn\nFROM scratch\nCOPY --from=c /a /\n`,
      true,
    ],
    ['a step on a platform that is named', 'FROM --platform=linux/arm64 r/base\nRUN true\n', undefined],
  ] as const) {
    it(what, () => assert.equal(buildSpec(workspaceWith('', '', text), 'zero/order-api', { findings: [] }).spec?.anyPlatform, any));
  }
});

describe('words of a command', () => {
  for (const [text, words] of [
    ['mvn -B package', ['mvn', '-B', 'package']],
    [`a 'b c' "d \\"e\\"" f\\ g h''i`, ['a', 'b c', 'd "e"', 'f g', 'hi']],
    [`sh -c 'a && b > c'`, ['sh', '-c', 'a && b > c']],
    [`x ""`, ['x', '']],
    ['  x  ', ['x']],
  ] as const) {
    it(text, () => assert.deepEqual(splitCommand(text), words));
  }
  for (const text of ['a | b', 'a "$HOME"', 'a `b`', "a 'b", 'a "b', 'a \\', '', '  ']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(typeof splitCommand(text), 'string'));
  }
});

function specOf(build: string, standards = '') {
  return buildSpec(workspaceWith(build, standards), 'zero/order-api', { findings: [] });
}

function workspaceWith(build: string, standards = '', dockerfile = '') {
  const files = {
    'order-api/Dockerfile': dockerfile,
    'order-api/waybill.yaml': [
      'apiVersion: waybill.dev/v1',
      'kind: Service',
      'metadata: { name: order-api, product: zero }',
      'image: { repository: registry.example.com/zero/order-api }',
      'build:',
      '  dockerfile: Dockerfile',
      ...(build === '' ? [] : [`  ${build}`]),
      '',
    ].join('\n'),
    'waybill.standards.yaml': `apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: s, version: "1" }\n${standards}\n`,
    'waybill.environments.yaml':
      'apiVersion: waybill.dev/v1\nkind: Environments\nmetadata: { product: zero }\nbuilders:\n  - name: p\n    members: [{ name: m, host: "unix:///x" }]\n',
  };
  const input = Object.entries(files).map(([path, text]) => ({ uri: `file:///w/${path}`, kind: fileKind(path) ?? 'service', text }));
  return createWorkspace({ files: input, folders: ['file:///w'], today: '2026-11-24' });
}
