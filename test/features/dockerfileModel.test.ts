// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { effectiveStages } from '../../server/src/core/dockerfile/effective.ts';
import type { Dockerfile } from '../../server/src/core/dockerfile/model.ts';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { expand } from '../../server/src/core/dockerfile/variables.ts';
import { dockerfileUri, shop } from '../harness/shop.ts';

const parse = (text: string): Dockerfile => parseDockerfile(dockerfileUri, text);
const kinds = (text: string): string[] => parse(text).instructions.map(({ kind }) => kind);
const commands = (text: string): string[] =>
  parse(text).instructions.flatMap((instruction) =>
    instruction.kind === 'RUN'
      ? instruction.script.commands.map(({ words }) => words.map(({ start, end }) => text.slice(start, end)).join(' '))
      : [],
  );

describe('instructions', () => {
  it('are cut as BuildKit cuts them: continuations, comments and empty lines inside, doubled escapes', () => {
    assert.deepEqual(kinds('FROM a\nRUN x \\\n# note\n\n  y\nRUN z \\\\\nUSER b'), ['FROM', 'RUN', 'RUN', 'USER']);
    assert.deepEqual(kinds('# escape=`\nFROM a\nRUN x `\n y\nUSER b\\\nUSER c'), ['FROM', 'RUN', 'USER', 'USER']);
    assert.deepEqual(kinds('# note\n# escape=`\nFROM a\nRUN x \\\n y'), ['FROM', 'RUN']);
    assert.deepEqual(kinds('\\\nFROM a\nRUN x \\'), ['FROM', 'RUN']);
    assert.deepEqual(kinds('\uFEFFFROM a\r\nRUN x \\\r\n y\r\nUSER b'), ['FROM', 'RUN', 'USER']);
  });

  it('own their heredocs in every spelling, and no others', () => {
    const bodies = (text: string) =>
      parse(text).instructions.flatMap(({ heredocs }) => heredocs.map(({ name, body }) => [name, text.slice(body.start, body.end)]));
    assert.deepEqual(bodies("FROM a\nRUN << 'E F' cat\nx\nE F\nCOPY <<-a <<b /\n\ty\n\ta\nz\nb\n"), [
      ['E F', 'x\n'],
      ['a', '\ty\n'],
      ['b', 'z\n'],
    ]);
    assert.deepEqual(bodies('FROM a\nRUN 3<<X cat <&3 \\\n  && y\nq\nX\n'), [['X', 'q\n']]);
    assert.deepEqual(bodies('FROM a\nRUN cat <<<word && echo "<<EOF" $((1<<2))\nCMD <<EOF\nLABEL a=<<EOF\n'), []);
  });

  it('know the place of each part of an image', () => {
    const part = (text: string) => {
      const image = parse(text).stages[0]?.from.image;
      const cut = (span?: { readonly start: number; readonly end: number }) => span && text.slice(span.start, span.end);
      return [cut(image?.repositorySpan), cut(image?.tagSpan), cut(image?.digestSpan), image?.resolved];
    };
    assert.deepEqual(part('FROM reg:5000/a/b:1@sha256:00 AS x'), ['reg:5000/a/b', '1', 'sha256:00', 'reg:5000/a/b:1@sha256:00']);
    assert.deepEqual(part('ARG R=reg:5000\nFROM ${R}/a:${T:-2}'), ['${R}/a', '${T:-2}', undefined, 'reg:5000/a:2']);
    assert.deepEqual(part('FROM reg:5000/a'), ['reg:5000/a', undefined, undefined, 'reg:5000/a']);
    assert.deepEqual(part('FROM $X:1'), ['$X', '1', undefined, undefined]);
  });
});

describe('shell in RUN', () => {
  it('has the places of the file, through continuations, comments and carriage returns', () => {
    assert.deepEqual(commands('FROM a\r\nRUN --mount=type=cache,target=/x a \\\r\n  # why\r\n\r\n  "b c" \\ \r\n && sudo -u x d\r\n'), [
      'a "b c"',
      'd',
    ]);
  });

  it('is read in chains, conditions, loops, functions, subshells and substitutions', () => {
    assert.deepEqual(commands('FROM a\nRUN f() { a; }; if b; then c; else d; fi; for x in 1; do e; done; (g); echo "$(h)" | i || j'), [
      ...['a', 'b', 'c', 'd', 'e', 'g'],
      'echo "$(h)"',
      ...['h', 'i', 'j'],
    ]);
  });

  it('is read in heredocs, sh -c, JSON form, eval and nested', () => {
    assert.deepEqual(commands('FROM a\nRUN <<EOF\na\nEOF\nRUN ["sh", "-c", "b \\"x\\""]\nRUN eval "c" && bash -lc "sh -c \'d e\'"'), [
      'a',
      'b "x\\"',
      'eval "c"',
      'c',
      'bash -lc "sh -c \'d e\'"',
      "sh -c 'd e'",
      'd e',
    ]);
  });

  it('is left alone when another program reads it', () => {
    assert.deepEqual(commands('FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF\nSHELL ["pwsh", "-c"]\nRUN Get-Item\n'), []);
    assert.deepEqual(commands('# escape=`\nFROM a\nRUN dir'), []);
    assert.deepEqual(commands('FROM a AS b\nSHELL ["cmd"]\nFROM b\nRUN dir\nSHELL ["/bin/bash", "-c"]\nRUN ls'), ['ls']);
  });
});

describe('variables', () => {
  it('take every modifier of the reference', () => {
    const lookup = (name: string) => ({ v: 'a.b.c', e: '' })[name];
    const cases: Readonly<Record<string, string | undefined>> = {
      '${v}-$v': 'a.b.c-a.b.c',
      '${e:-x}${e-x}${u:-y}${u-y}': 'xyy',
      '${v:+x}${u:+x}${e:+x}': 'x',
      '${v#*.}|${v##*.}|${v%.*}|${v%%.*}': 'b.c|c|a.b|a',
      '${v/./-}|${v//./-}': 'a-b.c|a-b-c',
      '${u:-${v:-z}}': 'a.b.c',
      '\'$v\'\\$v"$v"': '$v$va.b.c',
      $u: undefined,
      '${u:?gone}': undefined,
      a$: 'a$',
    };
    for (const [text, value] of Object.entries(cases)) assert.equal(expand(text, lookup).value, value, text);
  });
});

describe('the effective state of a stage', () => {
  it('is inherited through stages and from the catalogue', () => {
    const text = [
      'ARG VERSION=9.0.121-r4',
      'FROM registry.example.com/base/java-tomcat:$VERSION AS base',
      'ARG VERSION',
      'ENV JAVA_HOME=$JAVA_HOME/$VERSION',
      'WORKDIR conf/../logs',
      'FROM BASE',
      'USER app',
    ].join('\n');
    const states = effectiveStages(parse(text), shop().standards[0]);
    assert.deepEqual([states[0]?.user?.value, states[0]?.workdir], ['10001:10001', '/opt/app/logs']);
    assert.equal(states[1]?.user?.value, 'app');
    assert.equal(states[1]?.env.get('JAVA_HOME'), '/opt/jdk/9.0.121-r4');
    assert.equal(states[1]?.rootStage.index, 0);
  });
});
