// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of manifests
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { fixAllManifest } from '../../server/src/core/features/fixAllManifest.ts';
import { foldManifest } from '../../server/src/core/features/foldManifest.ts';
import { highlightManifest } from '../../server/src/core/features/highlightManifest.ts';
import { manifestHints } from '../../server/src/core/features/hintsManifest.ts';
import { imageIndex } from '../../server/src/core/features/imageIndex.ts';
import { imageUses, servicesOn } from '../../server/src/core/features/imageUses.ts';
import { lensesManifest } from '../../server/src/core/features/lensesManifest.ts';
import { linksManifest } from '../../server/src/core/features/linksManifest.ts';
import { manifestContext } from '../../server/src/core/features/manifestContext.ts';
import { newLineManifest } from '../../server/src/core/features/newLineManifest.ts';
import { selectManifest } from '../../server/src/core/features/selectManifest.ts';
import { tokensManifest } from '../../server/src/core/features/tokensManifest.ts';
import type { Workspace, WorkspaceFile } from '../../server/src/core/features/workspace.ts';
import { applyEdits, lineIndex } from '../../server/src/core/text/lineIndex.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';
import type { Range } from '../../server/src/protocol.ts';
import { parseAnnotated } from '../harness/annotated.ts';
import { annotated, digest, present, service, serviceUri, workspace } from './yamlFixture.ts';

const parse = (file: WorkspaceFile) => parseDockerfile(file.uri, file.text);
const options = { tabSize: 2, insertSpaces: true };

function textOf(text: string, { start, end }: Range): string {
  const index = lineIndex(text);
  return text.slice(index.offsetAt(start), index.offsetAt(end));
}

describe('folding of YAML', () => {
  const folds = (text: string) =>
    foldManifest(parseYaml(text)).map(({ startLine, endLine, kind }) => [startLine, endLine, ...(kind ? [kind] : [])]);

  it('folds entries, items, block scalars, brackets and comments', () => {
    const text =
      '# one\n# two\na:\n  b: 1\n  c:\n    - d: 1\n      e: 2\n    - f\n\nscript: |\n  x\n\n  y\n\n\nflow: {\n  a: 1 }\ng: 1 # no\n# no\n';
    assert.deepEqual(folds(text), [
      [0, 1, 'comment'],
      [2, 7],
      [4, 7],
      [5, 6],
      [9, 12],
      [15, 16],
    ]);
  });

  it('folds what an alias stands for where it is written, once', () => {
    assert.deepEqual(folds('a: &x\n  b: 1\nc: *x\nd:\n  <<: *x\n  e: 1\n'), [
      [0, 1],
      [3, 5],
    ]);
  });
});

describe('selection in YAML', () => {
  it('grows from the word to the value, the entry, the map and the file', () => {
    const { text, cursor } = parseAnnotated('env:\n  DB_URL: "jdbc:<|>mysql ${product}"\n  B: 1\nc: 2\n');
    const ranges = selectManifest(parseYaml(text), present(cursor)).map((range) => textOf(text, range));
    assert.deepEqual(ranges, [
      'mysql',
      'jdbc:mysql ${product}',
      '"jdbc:mysql ${product}"',
      'DB_URL: "jdbc:mysql ${product}"',
      'DB_URL: "jdbc:mysql ${product}"\n  B: 1',
      'env:\n  DB_URL: "jdbc:mysql ${product}"\n  B: 1',
      'env:\n  DB_URL: "jdbc:mysql ${product}"\n  B: 1\nc: 2',
      text,
    ]);
  });

  it('takes a variable as a whole', () => {
    const { text, cursor } = parseAnnotated('a: x-${environment.na<|>me}-y\n');
    const ranges = selectManifest(parseYaml(text), present(cursor)).map((range) => textOf(text, range));
    assert.deepEqual(ranges.slice(0, 3), ['name', '${environment.name}', 'x-${environment.name}-y']);
  });
});

describe('a new line in YAML', () => {
  const typed = (source: string, tabSize = 2): string => {
    const { text, cursor } = parseAnnotated(source);
    return applyEdits(text, newLineManifest(parseYaml(text), present(cursor), { ...options, tabSize }));
  };

  it('is indented below a key, in line with the key of an item, and as deep as what follows', () => {
    assert.equal(typed('env:\n<|>'), 'env:\n  ');
    assert.equal(typed('env:\n<|>', 4), 'env:\n    ');
    assert.equal(typed('env:   # why\n<|>'), 'env:   # why\n  ');
    assert.equal(typed('ports:\n  - name: http\n<|>'), 'ports:\n  - name: http\n    ');
    assert.equal(typed('a:\n  - b:\n<|>'), 'a:\n  - b:\n      ');
    assert.equal(typed('a:\n  -\n<|>'), 'a:\n  -\n    ');
    assert.equal(typed('a:\n  - b\n<|>'), 'a:\n  - b\n  ');
    assert.equal(typed('env:\n<|>\n      A: 1\n'), 'env:\n      \n      A: 1\n');
    assert.equal(typed('a:\n  b: 1\n<|>'), 'a:\n  b: 1\n  ');
    assert.equal(typed('a: &x\n<|>'), 'a: &x\n  ');
    assert.equal(typed('run: |\n<|>'), 'run: |\n  ');
  });

  it('is left alone in a block scalar', () => {
    assert.equal(typed('run: |\n  if x:\n<|>    y\n'), 'run: |\n  if x:\n    y\n');
  });
});

describe('colours of YAML', () => {
  const colours = (path: string, source: string, range?: Range): string[] => {
    const file = annotated(path, source);
    const lines = file.text.split('\n');
    return tokensManifest(present(manifestContext(file.workspace, file.uri)), range).map(
      ({ line, character, length, type }) => `${type} ${(lines[line] ?? '').slice(character, character + length)}`,
    );
  };

  it('tells sections, keys, names, references, words, amounts, digests and variables apart', () => {
    const found = colours(
      'services/new/waybill.yaml',
      'metadata: { name: x, product: zero-dsp } # c\ndependsOn: [user-api]\nbuild: { base: java-tomcat-9 }\nimage: { repository: a, tag: "{branch}-x" }\nenv: { MODE: "${product}!" }\nnetwork: { mode: host }\nhealth: { readiness: { http: { port: http, path: / }, period: 5s } }\nenvironments: { dev: &d { scale: { replicas: 1 } } }\n',
    );
    for (const wanted of [
      'keyword metadata',
      'property name',
      'class zero-dsp',
      'comment # c',
      'class user-api',
      'namespace java-tomcat-9',
      'variable {branch}',
      'variable MODE',
      'variable ${product}',
      'enumMember host',
      'parameter http',
      'number 5s',
      'enumMember dev',
      'macro &d',
    ]) {
      assert.ok(found.includes(wanted), `${wanted} in ${found.join(', ')}`);
    }
  });

  it('of the standards: digests, versions of rules, patterns', () => {
    const found = colours(
      'waybill.standards.yaml',
      `osImages:\n  - { name: a, image: r/a, current: { tag: "1", digest: "${digest}" } }\nbaseImages: [{ name: b, image: r/b, os: a }]\nseverity: { base/digest: off }\npolicy: { env: { secretNamePattern: "x+" } }\n`,
    );
    for (const wanted of [`macro ${digest}`, 'namespace a', 'function base/digest', 'regexp "x+"']) {
      assert.ok(found.includes(wanted), `${wanted} in ${found.join(', ')}`);
    }
  });

  it('of a range are those of its lines', () => {
    const range = { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } };
    assert.deepEqual(colours('services/new/waybill.yaml', 'kind: Service\ndependsOn: [user-api]\nstandards: x\n', range), [
      'keyword dependsOn',
      'class user-api',
    ]);
  });
});

describe('highlights in YAML', () => {
  const highlights = (source: string, path = 'services/new/waybill.yaml') => {
    const file = annotated(path, source);
    return highlightManifest(file.workspace, parse, file.uri, present(file.cursor)).map(({ range, kind }) => `${range.start.line} ${kind}`);
  };

  it('a port with its uses, a variable, an anchor with its aliases', () => {
    const ports = 'ports:\n  - { name: http, port: 1 }\nexpose:\n  ports: [ht<|>tp]\nhealth: { readiness: { http: { port: http } } }\n';
    assert.deepEqual(highlights(ports), ['1 write', '3 read', '4 read']);
    assert.deepEqual(highlights('env:\n  A: "${prod<|>uct}"\n  B: ${product} $${product}\n'), ['1 read', '2 read']);
    assert.deepEqual(highlights('a: &<|>x 1\nb: *x\nc: *y\n'), ['0 write', '1 read']);
  });
});

describe('links in YAML', () => {
  const links = (now: Workspace, uri: string) => {
    const text = present(now.file(uri)).text;
    return linksManifest(present(manifestContext(now, uri))).map(({ range, target }) => `${textOf(text, range)} → ${target}`);
  };

  it('lead from a manifest to its files', () => {
    const file = annotated(
      'services/order-api/waybill.yaml',
      'build: { context: .., dockerfile: Dockerfile.api, secrets: [{ id: a, from: "file:secret.xml" }] }\nconfig: [{ source: "config/log.xml", target: /x }, { source: "a-${product}", target: /y }]\nenvironments: { dev: { envFrom: [{ configFile: dev.properties }] } }\ncanary: { checks: [{ name: a, http: { url: "https://prom.example.com/q" } }] }\n',
    );
    assert.deepEqual(links(file.workspace, file.uri), [
      'Dockerfile.api → file:///w/services/Dockerfile.api',
      'config/log.xml → file:///w/services/order-api/config/log.xml',
      'dev.properties → file:///w/services/order-api/dev.properties',
      'file:secret.xml → file:///w/services/order-api/secret.xml',
      'https://prom.example.com/q → https://prom.example.com/q',
    ]);
  });

  it('lead from the standards to parts, parents and Dockerfiles, from environments to certificates', () => {
    const file = annotated(
      'waybill.standards.yaml',
      'include: [standards/jdk.yaml, "parts/*.yaml"]\nextends: ["file:../group/waybill.standards.yaml", "git:repo#v1:x"]\nbaseImages: [{ name: a, image: r/a, source: { context: images/a, dockerfile: Dockerfile } }]\n',
    );
    assert.deepEqual(links(file.workspace, file.uri), [
      'standards/jdk.yaml → file:///w/standards/jdk.yaml',
      'file:../group/waybill.standards.yaml → file:///group/waybill.standards.yaml',
      'Dockerfile → file:///w/images/a/Dockerfile',
    ]);
    assert.deepEqual(links(workspace(), 'file:///w/waybill.environments.yaml'), [
      'certificates/ca.pem → file:///w/certificates/ca.pem',
      '/etc/key.pem → file:///etc/key.pem',
    ]);
  });
});

describe('lenses of the standards', () => {
  it('say who stands on an image and where it is named, and which images have a component', () => {
    const now = workspace({ 'services/order-api/Dockerfile': 'FROM registry.example.com/base/java-tomcat:1\n' });
    const context = present(manifestContext(now, 'file:///w/waybill.standards.yaml'));
    const lenses = lensesManifest(context, () => imageIndex(now, parse));
    assert.deepEqual(
      lenses.map(({ title, places }) => `${title} (${places?.locations.length})`),
      [
        '1 service stands on it (1)',
        'used nowhere here (0)',
        'no services stand on it (0)',
        'used nowhere here (0)',
        '1 service stands on it (1)',
        'used in 2 places (2)',
        '1 image has it (1)',
      ],
    );
    const standards = present(now.standards[0]);
    for (const image of standards.images) {
      assert.deepEqual(imageIndex(now, parse).usesOf(image), imageUses(now, parse, image));
      assert.deepEqual(imageIndex(now, parse).servicesOn(image), servicesOn(now, parse, image));
    }
  });
});

describe('all safe fixes of a YAML file', () => {
  it('are applied until nothing is left', () => {
    const now = workspace({ 'services/order-api/waybill.yaml': service.replace('java-tomcat-9', 'java-tomcat-8') });
    assert.equal(fixAllManifest(now, serviceUri), service);
    assert.equal(fixAllManifest(workspace(), serviceUri), service);
  });
});

describe('hints in YAML', () => {
  const hints = (path: string, source: string) => {
    const file = annotated(path, source);
    const whole = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };
    return manifestHints(file.workspace, file.uri, whole).map(({ position, label }) => `${position.line}: ${label}`);
  };

  it('say what a name stands for: a pool, a version, a registry, an image of the OS', () => {
    const text = 'metadata: { name: x, product: zero-dsp }\nbuild:\n  base: java-tomcat-9\n  pool: shared\njdk: { version: "21" }\n';
    assert.deepEqual(hints('services/new/waybill.yaml', text), [
      '2: 9.0.121-r4 on rocky-9',
      '4: hostMount',
      '3: build-1',
      '4: until 2029-12-31',
    ]);
    assert.deepEqual(hints('waybill.environments.yaml', 'registries: { default: main }\n'), ['0: registry.example.com']);
    const standards = `osImages: [{ name: a, image: r/a, current: { tag: "1.2" }, eol: 2030-01-01 }]\nbaseImages:\n  - { name: b, image: r/b, os: a }\n`;
    assert.deepEqual(hints('waybill.standards.yaml', standards), ['2: 1.2, until 2030-01-01']);
  });
});
