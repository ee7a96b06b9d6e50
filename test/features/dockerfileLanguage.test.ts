// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of snippets
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import type { Completion } from '../../server/src/core/features/answers.ts';
import { completeDockerfile } from '../../server/src/core/features/completeDockerfile.ts';
import { defineDockerfile } from '../../server/src/core/features/defineDockerfile.ts';
import { hoverDockerfile } from '../../server/src/core/features/hoverDockerfile.ts';
import { dockerfileFolding, dockerfileSymbols } from '../../server/src/core/features/outlineDockerfile.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { parseAnnotated } from '../harness/annotated.ts';
import { dockerfileUri, folder, type ShopOptions, shop } from '../harness/shop.ts';

const current = 'registry.example.com/base/java-tomcat:9.0.121-r4@sha256:5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d';

function at(source: string, options: ShopOptions = {}, uri = dockerfileUri) {
  const { text, cursor, ranges } = parseAnnotated(source);
  assert.ok(cursor, 'the text has a cursor');
  return { file: parseDockerfile(uri, text), workspace: shop(options), cursor, text, ranges };
}

function complete(
  source: string,
  options: ShopOptions = {},
  uri = dockerfileUri,
): { readonly items: readonly Completion[]; readonly text: string } {
  const { file, workspace, cursor, text } = at(source, options, uri);
  return { items: completeDockerfile(file, workspace, cursor), text };
}

function accepted(source: string, label: string, options: ShopOptions = {}): string {
  const { items, text } = complete(source, options);
  const item = items.find((candidate) => candidate.label === label);
  assert.ok(item, `${label} is not among ${items.map((candidate) => candidate.label).join(', ')}`);
  return applyEdits(text, [item.edit]);
}

describe('completion in a Dockerfile', () => {
  it('offers the catalogue behind FROM: base images first for an application, deprecated ones last and marked', () => {
    const { items } = complete('FROM <|>');
    const labels = items.map((item) => item.label);
    assert.deepEqual(labels, ['java-tomcat-9', 'nginx-1.30', 'rocky-9', 'debian-12', 'maven-3.9', 'java-tomcat-8', 'centos-7']);
    assert.deepEqual(
      items.filter((item) => item.deprecated).map((item) => item.label),
      ['java-tomcat-8', 'centos-7'],
    );
    assert.deepEqual(
      labels,
      [...items].sort((a, b) => (a.sortText < b.sortText ? -1 : 1)).map((item) => item.label),
    );
    assert.match(items[0]?.documentation ?? '', /rocky-9.*9\.6 \| 2032-05-31[\s\S]*tomcat.*9\.0 \| 2027-03-31[\s\S]*USER 10001:10001/);
  });

  it('puts the image that the manifest names first', () => {
    const manifest = 'metadata: { name: shop, product: web }\nstandards: shop\nbuild: { base: nginx-1.30 }\n';
    assert.equal(complete('FROM <|>', { manifest }).items[0]?.label, 'nginx-1.30');
  });

  it('offers OS images first in a base image', () => {
    assert.equal(complete('FROM <|>', {}, `${folder}/images/base/web/Dockerfile`).items[0]?.label, 'rocky-9');
  });

  for (const typed of [
    '<|>',
    'jav<|>',
    'tom<|>cat:9',
    'registry.example.com/base/java-tomcat:9.0.118-r3@sha25<|>6:abc',
    'registry.example.com/<|>',
  ]) {
    it(`replaces the whole reference in "${typed}" by image, tag and digest`, () => {
      assert.equal(
        accepted(`FROM --platform=linux/amd64 ${typed} AS run\nUSER 1\n`, 'java-tomcat-9'),
        `FROM --platform=linux/amd64 ${current} AS run\nUSER 1\n`,
      );
    });
  }

  it('offers earlier stages behind FROM and --from=, with builder images', () => {
    assert.equal(accepted('FROM node AS build\nFROM bu<|>\n', 'build'), 'FROM node AS build\nFROM build\n');
    const labels = complete('FROM node AS build\nFROM node AS run\nCOPY --from=<|> a b\n').items.map((item) => item.label);
    assert.deepEqual(labels, ['build', 'maven-3.9']);
    assert.equal(
      accepted('FROM node AS build\nFROM x\nCOPY --from=b<|> a b\n', 'build'),
      'FROM node AS build\nFROM x\nCOPY --from=build a b\n',
    );
  });

  it('offers AS behind the image, flags behind a dash, keywords elsewhere', () => {
    assert.deepEqual(
      complete('FROM node <|>').items.map((item) => item.label),
      ['AS'],
    );
    assert.ok(complete('FROM node\nCOPY --<|>').items.some((item) => item.label === '--chown='));
    assert.ok(!complete('FROM node\nCOPY --chown=1 --<|>').items.some((item) => item.label === '--chown='));
    assert.equal(accepted('FROM node\nWOR<|>', 'WORKDIR'), 'FROM node\nWORKDIR ${1:/opt/app}');
    assert.equal(accepted('from node\nwor<|>', 'workdir'), 'from node\nworkdir ${1:/opt/app}');
    assert.equal(complete('<|>').items[0]?.label, 'FROM');
    assert.equal(accepted('FROM x\nONBUILD US<|>', 'USER'), 'FROM x\nONBUILD USER ${1:10001}');
  });

  it('keeps quiet in comments, heredocs and shell', () => {
    for (const text of ['# FR<|>', 'FROM x\nRUN <<EOF\nFR<|>\nEOF', 'FROM x\nRUN echo FR<|>']) assert.deepEqual(complete(text).items, []);
  });
});

describe('hover in a Dockerfile', () => {
  const hover = (source: string) => {
    const { file, workspace, cursor } = at(source);
    return hoverDockerfile(file, workspace, cursor);
  };

  it('tells of an image: layer, OS, components, ends of life, what it hands down, which version is current', () => {
    const text = hover('FROM registry.example.com/base/java-<|>tomcat:9.0.118-r3')?.markdown ?? '';
    for (const part of [
      'base image',
      'rocky-9` 9.6 | 2032-05-31',
      'tomcat` 9.0',
      'USER 10001:10001',
      'WORKDIR /opt/app',
      'JAVA_HOME=/opt/jdk',
    ]) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    assert.match(text, /An earlier version; current is `registry.example.com\/base\/java-tomcat:9.0.121-r4`/);
    assert.match(hover('FROM registry.example.com/os/<|>centos:7.9-3')?.markdown ?? '', /Deprecated[\s\S]*\*\*2024-06-30, past\*\*/);
  });

  it('resolves ARG defaults, and says when it cannot', () => {
    assert.match(
      hover('ARG T=9.0.121-r4\nFROM registry.example.com/base/java-tomcat:<|>$T')?.markdown ?? '',
      /java-tomcat:9\.0\.121-r4` by default/,
    );
    assert.match(hover('ARG I\nFROM <|>$I')?.markdown ?? '', /depends on a variable/);
  });

  it('tells of stages and of instructions with what is in force there', () => {
    assert.match(hover('FROM node AS build\nUSER app\nFROM bu<|>ild')?.markdown ?? '', /Stage \*\*build\*\*[\s\S]*USER app/);
    assert.match(hover('FROM node AS build\nFROM x\nCOPY --from=b<|>uild a b')?.markdown ?? '', /Stage \*\*build\*\*/);
    const copy = hover(`FROM ${current}\nWORKDIR logs\nCO<|>PY a b`)?.markdown ?? '';
    assert.match(copy, /docs\.docker\.com\/reference\/dockerfile\/#copy/);
    assert.match(copy, /USER 10001:10001` \(from the base image\) · `WORKDIR \/opt\/app\/logs`/);
  });
});

describe('definition in a Dockerfile', () => {
  it('leads from FROM to the standards and to the Dockerfile of the base image', () => {
    const source = { uri: `${folder}/images/base/java-tomcat-9/Dockerfile`, kind: 'dockerfile', text: 'FROM scratch\n' } as const;
    const { file, workspace, cursor } = at(`FROM registry<|>.example.com/base/java-tomcat:1`, { files: [source] });
    const found = defineDockerfile(file, workspace, cursor);
    assert.deepEqual(
      found.map((definition) => definition.uri),
      [`${folder}/waybill.standards.yaml`, source.uri],
    );
    const line = workspace.file(`${folder}/waybill.standards.yaml`)?.text.split('\n')[found[0]?.range.start.line ?? 0];
    assert.match(line ?? '', /name: java-tomcat-9/);
  });

  it('leads from a stage to its name', () => {
    for (const use of ['FROM bu<|>ild', 'FROM x\nCOPY --from=bu<|>ild a b', 'FROM x\nCOPY --from=<|>0 a b']) {
      const { file, workspace, cursor } = at(`FROM node AS build\n${use}`);
      assert.deepEqual(defineDockerfile(file, workspace, cursor)[0]?.range, {
        start: { line: 0, character: 13 },
        end: { line: 0, character: 18 },
      });
    }
  });
});

describe('outline and folding of a Dockerfile', () => {
  const file = parseDockerfile(
    dockerfileUri,
    'ARG V=1\n# a\n# b\nFROM node AS build\nRUN a \\\n  b\nRUN <<EOF\nx\nEOF\nFROM x\nCMD ["a"]\n',
  );

  it('lists stages with their instructions', () => {
    assert.deepEqual(
      dockerfileSymbols(file).map((symbol) => [symbol.name, symbol.children.map((child) => `${child.name} ${child.detail}`)]),
      [
        ['ARG', []],
        ['build', ['RUN a b', 'RUN <<EOF']],
        ['x', ['CMD ["a"]']],
      ],
    );
  });

  it('folds stages, long instructions, heredocs and comments', () => {
    assert.deepEqual(
      dockerfileFolding(file).map(({ startLine, endLine }) => [startLine, endLine]),
      [
        [3, 8],
        [9, 10],
        [4, 5],
        [6, 8],
        [1, 2],
      ],
    );
  });
});
