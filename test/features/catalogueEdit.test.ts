import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { catalogueBuild, nextTag } from '../../server/src/core/features/catalogueBuild.ts';
import { changeCatalogue } from '../../server/src/core/features/catalogueEdit.ts';
import { createWorkspace, fileKind, type Workspace } from '../../server/src/core/features/workspace.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import type { CatalogueChange, RegisteredImage } from '../../server/src/protocol.ts';

const a = `sha256:${'a'.repeat(64)}`;
const b = `sha256:${'b'.repeat(64)}`;
const c = `sha256:${'c'.repeat(64)}`;
const head = 'apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: s, version: "1" }\n';

function of(files: Readonly<Record<string, string>>): Workspace {
  const input = Object.entries(files).map(([path, text]) => {
    const uri = `file:///w/${path}`;
    return { uri, kind: fileKind(uri), text };
  });
  return createWorkspace({ files: input, folders: ['file:///w'], today: '2026-11-24' });
}

function changed(text: string, change: CatalogueChange): string {
  const edit = changeCatalogue(of({ 'waybill.standards.yaml': text }), change);
  if ('problem' in edit) return `problem: ${edit.problem}`;
  assert.equal(edit.uri, 'file:///w/waybill.standards.yaml');
  return applyEdits(text, edit.edits);
}

const pin: CatalogueChange = { change: 'pin', image: 's/rocky-9', tag: '9.6-3', digest: b };

describe('a base image that was built is written into the standards', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'on one line',
      `osImages:\n  - { name: rocky-9, image: r/os, current: { tag: 9.6-2, digest: ${a} }, family: rhel } # owned by us\n`,
      `osImages:\n  - { name: rocky-9, image: r/os, current: { tag: 9.6-3, digest: ${b} }, previous: [{ tag: 9.6-2, digest: ${a} }], family: rhel } # owned by us\n`,
    ],
    [
      'in a block, with comments everywhere',
      `# top\nosImages:\n  # ours\n  - name: rocky-9 # the line\n    image: r/os\n    current:\n      # tag for people\n      tag: "9.6-2" # quoted\n      digest: ${a} # pinned\n    # what was\n    previous:\n      - tag: 9.6-1 # old\n        digest: ${c}\n    family: rhel\n`,
      `# top\nosImages:\n  # ours\n  - name: rocky-9 # the line\n    image: r/os\n    current:\n      # tag for people\n      tag: 9.6-3 # quoted\n      digest: ${b} # pinned\n    # what was\n    previous:\n      - { tag: 9.6-2, digest: ${a} }\n      - tag: 9.6-1 # old\n        digest: ${c}\n    family: rhel\n`,
    ],
    [
      'with a list of previous ones on one line',
      `osImages:\n  - name: rocky-9\n    image: r/os\n    current: { tag: 9.6-2, digest: ${a} }\n    previous: [{ tag: 9.6-1, digest: ${c}, revokedFor: CVE-1 }]\n`,
      `osImages:\n  - name: rocky-9\n    image: r/os\n    current: { tag: 9.6-3, digest: ${b} }\n    previous: [{ tag: 9.6-2, digest: ${a} }, { tag: 9.6-1, digest: ${c}, revokedFor: CVE-1 }]\n`,
    ],
    [
      'without previous ones',
      `osImages:\n- name: rocky-9\n  image: r/os\n  current:\n    tag: 9.6-2\n    digest: ${a}\n  family: rhel\n`,
      `osImages:\n- name: rocky-9\n  image: r/os\n  current:\n    tag: 9.6-3\n    digest: ${b}\n  previous:\n    - { tag: 9.6-2, digest: ${a} }\n  family: rhel\n`,
    ],
    [
      'without a digest so far',
      'osImages:\n  - { name: rocky-9, image: r/os, current: { tag: 9.6-2 } }\n',
      `osImages:\n  - { name: rocky-9, image: r/os, current: { tag: 9.6-3, digest: ${b} }, previous: [{ tag: 9.6-2 }] }\n`,
    ],
    [
      'for the first time',
      'osImages:\n  - name: rocky-9\n    image: r/os # here\n    previous: []\n',
      `osImages:\n  - name: rocky-9\n    image: r/os # here\n    current: { tag: 9.6-3, digest: ${b} }\n    previous: []\n`,
    ],
    [
      'with line ends of Windows',
      `osImages:\r\n  - name: rocky-9\r\n    image: r/os\r\n    current: { tag: 9.6-2, digest: ${a} }\r\n`,
      `osImages:\r\n  - name: rocky-9\r\n    image: r/os\r\n    current: { tag: 9.6-3, digest: ${b} }\r\n    previous:\r\n      - { tag: 9.6-2, digest: ${a} }\r\n`,
    ],
  ];
  for (const [name, before, after] of cases) it(name, () => assert.equal(changed(head + before, pin), head + after));

  it('a tag that YAML would read as a number is quoted', () => {
    const text = `${head}osImages:\n  - { name: rocky-9, image: r/os, current: { tag: "9.60", digest: ${a} } }\n`;
    const after = changed(text, { ...pin, tag: '9.70' });
    assert.ok(after.includes(`current: { tag: "9.70", digest: ${b} }, previous: [{ tag: "9.60", digest: ${a} }]`), after);
  });

  it('what is no entry, is the image already, or is an alias, is refused', () => {
    const text = `${head}osImages:\n  - { name: rocky-9, image: r/os, current: { tag: 9.6-2, digest: ${b} } }\n`;
    assert.match(changed(text, pin), /^problem: `rocky-9` is that image already/);
    assert.match(changed(text, { ...pin, image: 'rocky-8' }), /^problem: The standards have no image `rocky-8`\. Did you mean `rocky-9`\?/);
    const alias = `${head}x-c: &c { tag: 9.6-2, digest: ${a} }\nosImages:\n  - { name: rocky-9, image: r/os, current: *c }\n`;
    assert.match(changed(alias, pin), /^problem: .*write `current` by hand/);
  });

  it('the standards of the sample keep every comment', () => {
    const text = readFileSync(new URL('../sample/waybill.standards.yaml', import.meta.url), 'utf8');
    const after = changed(text, { change: 'pin', image: 'lantern/web-2', tag: '2.5.0-r1', digest: b });
    const comments = (one: string) => one.match(/#.*/g);
    assert.deepEqual(comments(after), comments(text));
    assert.ok(
      after.includes(`current: { tag: 2.5.0-r1, digest: ${b} }`) && after.includes('- { tag: 2.4.1-r3, digest: sha256:06587'),
      after,
    );
  });
});

describe('an image that was registered is written into the standards', () => {
  const image: RegisteredImage = {
    layer: 'base',
    name: 'java-tomcat-9',
    repository: 'r/java-tomcat',
    tag: '9.0.121-r4',
    digest: b,
    os: 'rocky-9',
    config: { user: '10001', env: { JAVA_HOME: '/opt/jdk' }, ports: [8080], labels: {} },
  };
  const item = [
    '  - name: java-tomcat-9',
    '    image: r/java-tomcat',
    '    os: rocky-9',
    `    current: { tag: 9.0.121-r4, digest: ${b} }`,
    '    config:',
    '      user: "10001"',
    '      env: { JAVA_HOME: /opt/jdk }',
    '      ports: [8080]',
    '',
  ].join('\n');

  it('behind the last entry, or with the list', () => {
    const os = `osImages:\n  - { name: rocky-9, image: r/os }\n`;
    assert.equal(changed(head + os, { change: 'register', image }), `${head}${os}\nbaseImages:\n${item}`);
    const base = `baseImages:\n  - name: other\n    image: r/other # last\n# end\n`;
    assert.equal(
      changed(head + base, { change: 'register', image }),
      `${head}baseImages:\n  - name: other\n    image: r/other # last\n${item.trimEnd()}\n# end\n`,
    );
  });

  it('a name that is taken, and a list on one line, are refused', () => {
    const taken = `${head}baseImages: [{ name: java-tomcat-9, image: r/java-tomcat }]\n`;
    assert.match(changed(taken, { change: 'register', image }), /^problem: `s` has an image `java-tomcat-9` already/);
    const flow = `${head}baseImages: [{ name: other, image: r/other }]\n`;
    assert.match(changed(flow, { change: 'register', image }), /^problem: `baseImages` stands on one line/);
  });
});

describe('how an image of the standards is built', () => {
  const standards = `${head}osImages:\n  - { name: rocky-9, image: r/os, current: { tag: 9.6-2, digest: ${a} }, source: { context: images/rocky } }\nbaseImages:\n  - { name: tomcat, image: r/tomcat, os: rocky-9, source: { context: images/tomcat }, current: { tag: 9-r1, digest: ${b} } }\n  - { name: nowhere, image: r/nowhere }\n`;
  const files = {
    'waybill.standards.yaml': standards,
    'waybill.environments.yaml':
      'apiVersion: waybill.dev/v1\nkind: Environments\nmetadata: { product: p }\nbuilders:\n  - name: shared\n    members: [{ name: m, host: "unix:///x" }]\n',
    'images/rocky/Dockerfile': 'FROM scratch\nCOPY root /\n',
    'images/tomcat/Dockerfile': `FROM r/os:9.6-2@${a}\nRUN true\n`,
  };
  const built = (id: string) => catalogueBuild(of(files), id, () => ({ findings: [] }));

  it('from its Dockerfile, on the OS that it stands on, with the next tag', () => {
    const { spec } = built('s/tomcat');
    assert.deepEqual(
      [spec?.context, spec?.dockerfile, spec?.repository, spec?.tagTemplate, spec?.pool, spec?.base],
      [
        '/w/images/tomcat',
        '/w/images/tomcat/Dockerfile',
        'r/tomcat',
        '9-r2',
        'shared',
        { line: 'rocky-9', image: { repository: 'r/os', digest: a } },
      ],
    );
    assert.equal(built('rocky-9').spec?.base, undefined);
  });

  it('an image without a Dockerfile here is told', () => {
    assert.match(built('nowhere').problems[0]?.message ?? '', /has no `source`/);
    assert.match(built('nobody').problems[0]?.message ?? '', /have no image `nobody`/);
  });

  it('tags count up', () => {
    assert.deepEqual(['9.6-2', '2.4.1-r9', '9.6', '1-20261123', undefined].map(nextTag), [
      '9.6-3',
      '2.4.1-r10',
      '9.6-1',
      '1-20261123-1',
      '1.0-1',
    ]);
  });
});
