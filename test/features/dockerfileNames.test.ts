// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Dockerfiles
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { defineDockerfile } from '../../server/src/core/features/defineDockerfile.ts';
import { hoverDockerfile } from '../../server/src/core/features/hoverDockerfile.ts';
import type { ParseFile } from '../../server/src/core/features/imageUses.ts';
import {
  dockerfileHighlights,
  dockerfileReferences,
  renameEdits,
  renameTarget,
} from '../../server/src/core/features/referencesDockerfile.ts';
import { referencesManifest } from '../../server/src/core/features/referencesManifest.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { parseAnnotated, showRanges } from '../harness/annotated.ts';
import { dockerfileUri, folder, type ShopOptions, shop } from '../harness/shop.ts';

const base = 'registry.example.com/base/java-tomcat:9.0.121-r4';
const parse: ParseFile = ({ uri, text }) => parseDockerfile(uri, text);

function at(source: string, options: ShopOptions = {}, uri = dockerfileUri) {
  const { text, cursor, ranges } = parseAnnotated(source);
  assert.ok(cursor, 'the text has a cursor');
  return { file: parseDockerfile(uri, text), workspace: shop(options), cursor, text, ranges };
}

/** The marked ranges are the references of the word at each cursor. */
function refers(marked: string): void {
  const { text, ranges } = parseAnnotated(marked);
  const file = parseDockerfile(dockerfileUri, text);
  for (const { start } of ranges) {
    const found = dockerfileReferences(file, shop(), parse, start, true);
    assert.equal(
      showRanges(
        text,
        found.map(({ range }) => range),
      ),
      showRanges(text, ranges),
    );
    assert.equal(
      showRanges(
        text,
        dockerfileHighlights(file, shop(), start).map(({ range }) => range),
      ),
      showRanges(text, ranges),
    );
  }
}

function renamed(source: string, name: string): string {
  const { file, workspace, cursor, text } = at(source);
  const answer = renameEdits(file, workspace, cursor, name);
  return 'edits' in answer ? applyEdits(text, answer.edits) : answer.refusal;
}

describe('references in a Dockerfile', () => {
  it('of a stage: its name, FROM, --from=, mounts, numbers', () => {
    refers(
      'FROM a AS <|build|>\nFROM <|build|>\nFROM c\nCOPY --from=<|build|> x y\nCOPY --from=<|0|> x y\nRUN --mount=type=bind,from=<|build|> x',
    );
    refers('FROM a AS <|b|>\nFROM c AS d\nCOPY --from=<|B|> x y\nCOPY --from=d x y');
  });

  it('of a variable: through stages that stand on each other and the ARG before FROM', () => {
    refers(
      'ARG <|V|>=1\nFROM a:${<|V|>} AS b\nARG <|V|>\nRUN x "$<|V|>" ${<|V|>:-y} \\\n # $V\n $<|V|>\nFROM b\nUSER $<|V|>\nFROM c\nENV V=2\nUSER $V',
    );
    refers("FROM a\nENV <|A|>=1 B=$<|A|>\nRUN <<EOF\necho $<|A|>\nEOF\nCOPY <<X <<'Y' /d/\n$<|A|>\nX\n$A\nY");
  });

  it('leaves alone what a shell sets for itself, and what is quoted', () => {
    refers("FROM a\nARG <|N|>\nRUN echo $<|N|> && N=2 && echo $N\nRUN for N in 1; do echo $N; done\nRUN awk '{print $N}' \\$N");
  });

  it('of a base image: every file of the workspace that stands on it, from FROM, from its Dockerfile, from the standards', () => {
    const files = [
      { uri: `${folder}/services/a/Dockerfile`, kind: 'dockerfile' as const, text: `FROM ${base}\n` },
      {
        uri: `${folder}/services/b/Dockerfile`,
        kind: 'dockerfile' as const,
        text: `FROM maven AS m\nFROM registry.example.com/base/java-tomcat\nCOPY --from=${base} x y\n`,
      },
      { uri: `${folder}/services/c/Dockerfile`, kind: 'dockerfile' as const, text: 'FROM nginx\n' },
    ];
    const manifest = 'metadata: { name: shop, product: web }\nbuild: { base: java-tomcat-9 }\n';
    const expected = ['a/Dockerfile:0', 'b/Dockerfile:1', 'b/Dockerfile:2', 'shop/waybill.yaml:1'];
    const shown = (places: readonly { readonly uri: string; readonly range: { readonly start: { readonly line: number } } }[]) =>
      places.map(({ uri, range }) => `${uri.replace(`${folder}/services/`, '')}:${range.start.line}`).sort();
    const here = at(`FROM registry<|>.example.com/base/java-tomcat:1`, { files, manifest }, `${folder}/x/Dockerfile`);
    assert.deepEqual(shown(dockerfileReferences(here.file, here.workspace, parse, here.cursor, false)), expected);
    const source = at(
      'FROM registry.example.com/os/rocky AS x\nFR<|>OM x\n',
      { files, manifest },
      `${folder}/images/base/java-tomcat-9/Dockerfile`,
    );
    assert.deepEqual(shown(dockerfileReferences(source.file, source.workspace, parse, source.cursor, false)), expected);
    const entry = here.workspace.standards[0]?.images.find(({ name }) => name === 'java-tomcat-9')?.location;
    assert.ok(entry);
    const named = referencesManifest(here.workspace, parse, entry.uri, entry.range.start, { definition: false });
    // From there also the standards' own places that name it.
    assert.deepEqual(shown(named.filter(({ uri }) => !uri.endsWith('waybill.standards.yaml'))), expected);
  });
});

describe('rename in a Dockerfile', () => {
  it('changes every place that names a stage or a variable, and numbers not', () => {
    assert.equal(
      renamed('FROM a AS b<|>\nFROM b\nCOPY --from=b x y\nCOPY --from=0 x y', 'build'),
      'FROM a AS build\nFROM build\nCOPY --from=build x y\nCOPY --from=0 x y',
    );
    assert.equal(
      renamed('ARG V=1\nFROM a:$V\nARG V\nRUN echo ${V<|>:-x}', 'VERSION'),
      'ARG VERSION=1\nFROM a:$VERSION\nARG VERSION\nRUN echo ${VERSION:-x}',
    );
  });

  it('says why it refuses', () => {
    assert.match(renamed('FROM a AS b<|>\nFROM c AS d', 'd'), /another one already/);
    assert.match(renamed('FROM a AS b<|>', 'No Good'), /no stage name/);
    assert.match(renamed('FROM a\nARG V<|>', '1x'), /no variable name/);
    assert.match(renamed('FROM a\nARG TARGET<|>ARCH', 'X'), /Docker itself/);
    assert.match(renamed('FROM a\nRUN echo $HO<|>ME', 'X'), /outside of this file/);
    assert.match(renamed('FROM a AS b\nFROM c\nCOPY --from=<|>0 x y', 'X'), /by its number/);
    assert.match(renamed('FROM a\nRUN ec<|>ho', 'X'), /Nothing here/);
    const { file, workspace, cursor } = at('FROM a:b<|>');
    assert.equal(renameTarget(file, workspace, cursor), undefined);
  });
});

describe('variables in a Dockerfile', () => {
  const hover = (source: string) => {
    const { file, workspace, cursor } = at(source);
    return hoverDockerfile(file, workspace, cursor)?.markdown ?? '';
  };

  it('tell their value here and where it comes from', () => {
    assert.match(hover('ARG V=1\nFROM a\nARG V\nENV W=x-$V\nRUN echo $W<|>'), /\*\*W\*\* is `x-1` here\.\s+ENV on line 4/);
    assert.match(hover('ARG V=1\nFROM a\nARG V\nRUN echo ${V<|>}'), /`1` here\.\s+ARG on line 3; `--build-arg` changes it/);
    assert.match(hover(`FROM ${base}\nRUN ls $JAVA<|>_HOME`), /`\/opt\/jdk` here\.\s+ENV of the base image/);
    assert.match(hover('FROM a\nARG V\nRUN $V<|>'), /no default/);
    assert.match(hover('FROM --platform=$BUILD<|>PLATFORM a'), /given by BuildKit/);
    assert.match(hover('FROM a\nARG V<|>=2'), /`2` by default/);
    assert.match(hover('FROM a\nENV A=1\nENV B<|>=$A-2'), /`1-2`/);
    assert.equal(hover('FROM a\nRUN x=1; echo $x<|>'), '');
  });

  it('lead to their declarations', () => {
    const { file, workspace, cursor, ranges } = at('ARG <|V|>=1\nFROM a\nARG <|V|>\nRUN echo $V<|>');
    const found = defineDockerfile(file, workspace, cursor).map(({ range }) => range);
    assert.equal(showRanges(file.text, found), showRanges(file.text, ranges));
  });
});

it('a variable of the base image leads to its ENV in the Dockerfile of that image, or of the one under it', () => {
  const files = [
    {
      uri: `${folder}/images/base/java-tomcat-9/Dockerfile`,
      kind: 'dockerfile' as const,
      text: 'FROM registry.example.com/os/rocky\nENV A=1 B=2\n',
    },
    { uri: `${folder}/images/os/rocky-9/Dockerfile`, kind: 'dockerfile' as const, text: 'FROM scratch\n\nENV C=3\n' },
  ];
  const lead = (name: string) => {
    const { file, workspace, cursor } = at(`FROM ${base} AS x\nFROM x\nRUN echo $${name}<|>`, { files });
    return defineDockerfile(file, workspace, cursor).map(
      ({ uri, range }) => `${uri.replace(`${folder}/images/`, '')}:${range.start.line}:${range.start.character}`,
    );
  };
  assert.deepEqual([lead('B'), lead('C'), lead('D')], [['base/java-tomcat-9/Dockerfile:1:8'], ['os/rocky-9/Dockerfile:2:4'], []]);
});

it('an ARG goes with the manifest that gives its value', () => {
  const manifest = 'metadata: { name: shop, product: web }\nbuild:\n  args:\n    VERSION: 1\n    OTHER: 2\n';
  const { file, workspace, cursor } = at('ARG VER<|>SION\nFROM a:$VERSION\n', { manifest });
  const answer = renameEdits(file, workspace, cursor, 'TAG');
  assert.ok('elsewhere' in answer);
  assert.deepEqual(
    answer.elsewhere.map(({ uri, range }) => [uri, range.start]),
    [[`${folder}/services/shop/waybill.yaml`, { line: 3, character: 4 }]],
  );
  assert.equal(dockerfileReferences(file, workspace, parse, cursor, false).length, 2);
});

it('flags tell what they do', () => {
  const { file, workspace, cursor } = at('FROM a\nCOPY --li<|>nk a b');
  assert.match(hoverDockerfile(file, workspace, cursor)?.markdown ?? '', /layer that does not depend[\s\S]*#copy---link/);
});
