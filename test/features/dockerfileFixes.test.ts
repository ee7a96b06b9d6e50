import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { fixAll, fixAllAction, quickFixes } from '../../server/src/core/features/codeActions.ts';
import { lintDockerfile, lintDockerfileWithWaivers } from '../../server/src/core/features/lint.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { dockerfileUri, folder, shop } from '../harness/shop.ts';

const pinned = 'registry.example.com/os/rocky:9.6-2@sha256:8c2d4e6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b';
const baseUri = `${folder}/images/base/web/Dockerfile`;
const workspace = shop({ standards: 'labels: {}\n' });

describe('fixes of a Dockerfile', () => {
  it('compose: several at once, judged again until nothing is left', () => {
    const file = parseDockerfile(
      baseUri,
      'FROM registry.example.com/os/rocky\nRUN apt-get update && apk add a && yum install -y b\nUSER 10001\n',
    );
    const fixed = `FROM ${pinned}\nRUN apt-get update && apk add --no-cache a && yum install -y b && rm -rf /var/lib/apt/lists/* && yum clean all\nUSER 10001\n`;
    assert.equal(fixAll(file, workspace), fixed);
    assert.deepEqual(lintDockerfile(parseDockerfile(baseUri, fixed), workspace), []);
    assert.equal(fixAll(parseDockerfile(baseUri, fixed), workspace), fixed);
  });

  it('are one edit of what changed, as fix-all', () => {
    const file = parseDockerfile(baseUri, 'FROM registry.example.com/os/rocky\nRUN apk add a\nUSER 1\n');
    const action = fixAllAction(file, workspace);
    assert.equal(applyEdits(file.text, action?.edits ?? []), `FROM ${pinned}\nRUN apk add --no-cache a\nUSER 1\n`);
    assert.ok((action?.edits[0]?.range.end.line ?? 9) <= 1);
    assert.equal(fixAllAction(parseDockerfile(baseUri, `FROM ${pinned}\nUSER 1\n`), workspace), undefined);
  });

  it('leave alone what needs a person', () => {
    const file = parseDockerfile(dockerfileUri, 'FROM tomcat:9@sha256:2a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f80a\n');
    const findings = lintDockerfile(file, workspace);
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['base/unregistered'],
    );
    assert.equal(fixAll(file, workspace), file.text);
    const [first] = quickFixes(findings, { start: { line: 0, character: 8 }, end: { line: 0, character: 8 } });
    assert.equal(first?.title, 'Use java-tomcat-9 (registry.example.com/base/java-tomcat:9.0.121-r4)');
    assert.equal(first?.preferred, false);
    assert.deepEqual(quickFixes(findings, { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } }), []);
  });

  it('keep carriage returns and the byte order mark', () => {
    const file = parseDockerfile(
      baseUri,
      `\uFEFFFROM ${pinned}\r\nRUN apt-get update \\\r\n && apt-get install -y a\r\nRUN <<EOF\r\napt-get update\r\nEOF\r\nUSER 1\r\n`,
    );
    assert.equal(
      fixAll(file, workspace),
      `\uFEFFFROM ${pinned}\r\nRUN apt-get update \\\r\n && apt-get install -y a \\\r\n && rm -rf /var/lib/apt/lists/*\r\nRUN <<EOF\r\napt-get update\r\nrm -rf /var/lib/apt/lists/*\r\nEOF\r\nUSER 1\r\n`,
    );
  });

  it('keep away from shell that cannot be read and from commands in the background', () => {
    for (const body of ['apt-get update && (', 'apt-get update &', 'if apt-get update; then']) {
      const file = parseDockerfile(baseUri, `FROM ${pinned}\nRUN ${body}\nUSER 1\n`);
      assert.equal(fixAll(file, workspace), file.text);
    }
  });
});

describe('findings', () => {
  it('that a waiver takes away are counted', () => {
    const waived = shop({
      manifest: 'metadata: { name: shop, product: web }\nstandards: shop\n',
      standards: 'labels: {}\nwaivers:\n  - { id: W-1, rules: ["base/*"], services: [web/shop], reason: x, expires: 2026-11-24 }\n',
    });
    const result = lintDockerfileWithWaivers(parseDockerfile(dockerfileUri, 'FROM node:22\n'), waived);
    assert.deepEqual(result, { findings: [], waived: 2, waivers: ['W-1'] });
  });

  it('can be suppressed for a stage', () => {
    const text = 'FROM node:22 AS a\n# waybill stage ignore=base/digest old\nFROM node:22\n';
    const found = lintDockerfile(parseDockerfile(`${folder}/tools/Dockerfile`, text), workspace, { only: ['base/digest'] });
    assert.deepEqual(
      found.map(({ range }) => range.start.line),
      [0],
    );
  });
});
