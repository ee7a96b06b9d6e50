import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { fixAll, fixEdits } from '../../server/src/core/features/codeActions.ts';
import { lintDockerfile } from '../../server/src/core/features/lint.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { dockerfileUri, shop } from '../harness/shop.ts';

const workspace = shop({ standards: 'none' });
const parse = (text: string) => parseDockerfile(dockerfileUri, text);

describe('files that are no ordinary Dockerfiles', () => {
  it('of more than two million characters are refused by one finding, in no time', () => {
    const text = `FROM alpine\nRUN cd /x && apt-get install a\n${'RUN echo some more words\n'.repeat(400_000)}`;
    const started = process.cpuUsage();
    const found = lintDockerfile(parse(text), workspace, { allRules: true });
    const { user, system } = process.cpuUsage(started);
    assert.deepEqual(
      found.map(({ rule, range }) => [rule, range.start]),
      [['dockerfile/too-large', { line: 0, character: 0 }]],
    );
    assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms`);
  });

  it('of fewer are judged', () => {
    const found = lintDockerfile(parse(`FROM alpine\n${'# a comment\n'.repeat(100_000)}`), workspace);
    assert.deepEqual(
      found.map(({ rule }) => rule),
      ['base/digest'],
    );
  });
});

/** A file with something to repair for nearly every rule about instructions. */
const untidy = [
  '# Syntax=docker/dockerfile:1',
  'ARG VERSION=1',
  'FROM --platform=$TARGETPLATFORM alpine:3.22 as Build',
  'MAINTAINER Jane "JD" <jane@example.com>',
  'env A some value',
  'WORKDIR app',
  'ADD . /src',
  'RUN echo a \\',
  '',
  '  && echo b',
  'FROM alpine:3.22 AS run',
  'COPY --from=Build a b /c',
  'COPY --from=build x ./y',
  'EXPOSE 8080:80 53/UDP',
  'LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.licenses=GPLv3',
  'ENV X=1 Y=$X',
  'CMD a b',
  'CMD c d',
  '',
].join('\n');

const tidy = [
  '# syntax=docker/dockerfile:1',
  'ARG VERSION=1',
  'FROM alpine:3.22 AS build',
  'LABEL org.opencontainers.image.authors="Jane \\"JD\\" <jane@example.com>"',
  'ENV A="some value"',
  'WORKDIR app',
  'COPY . /src',
  'RUN echo a \\',
  '  && echo b',
  'FROM alpine:3.22 AS run',
  'COPY --from=build a b /c/',
  'COPY --from=build x ./y',
  'EXPOSE 80 53/udp',
  'LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.licenses=GPLv3',
  'ENV X=1 Y=$X',
  'CMD c d',
  '',
].join('\n');

describe('fixes of instructions', () => {
  for (const [name, newline, mark] of [
    ['lines of Unix', '\n', ''],
    ['lines of Windows and a byte order mark', '\r\n', '\uFEFF'],
  ] as const) {
    it(`compose, with ${name}; what changes the meaning is left to a person`, () => {
      const text = mark + untidy.replaceAll('\n', newline);
      const fixed = fixAll(parse(text), workspace);
      assert.equal(fixed, mark + tidy.replaceAll('\n', newline));
      assert.equal(fixAll(parse(fixed), workspace), fixed);
    });

    it(`leave nothing when all are taken, with ${name}`, () => {
      let text = mark + untidy.replaceAll('\n', newline);
      for (let round = 0; round < 8; round++) {
        const edits = fixEdits(lintDockerfile(parse(text), workspace, { allRules: true }), { previews: true });
        if (edits.length === 0) break;
        text = applyEdits(text, edits);
      }
      const left = lintDockerfile(parse(text), workspace, { allRules: true }).filter(({ fixes }) => fixes.length > 0);
      assert.deepEqual(
        left.map(({ rule, message }) => `${rule}: ${message}`),
        [],
      );
      assert.equal(text.replaceAll(newline, '').includes('\n'), false, 'line breaks are of one kind');
    });
  }
});
