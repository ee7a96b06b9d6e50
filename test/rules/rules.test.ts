import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { fixEdits } from '../../server/src/core/features/codeActions.ts';
import { lintDockerfile } from '../../server/src/core/features/lint.ts';
import { fileKind } from '../../server/src/core/features/workspace.ts';
import type { Finding } from '../../server/src/core/rules/rule.ts';
import type { TextEdit } from '../../server/src/core/text/edits.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { dockerfileRules } from '../../server/src/generated/rules.ts';
import { type Annotated, type Marker, parseAnnotated, showRanges } from '../harness/annotated.ts';
import { folder, shop } from '../harness/shop.ts';
import { parseSpec, type Spec, type SpecBlock } from './spec.ts';

const specs = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[\w-]+[/\\][\w-]+\.md$/.test(path))
  .sort()
  .map((path) => parseSpec(path, readFileSync(join(import.meta.dirname, path), 'utf8')))
  .filter((spec) => Object.hasOwn(dockerfileRules, spec.rule));

function lint(block: SpecBlock, text: string): readonly Finding[] {
  const today = block.options.get('today');
  const workspace = shop({
    standards: block.options.get('standards') ?? block.standards ?? '',
    files: [...(block.files ?? [])].map(([path, text]) => ({ uri: `${folder}/${path}`, kind: fileKind(path), text })),
    ...(block.manifest ? { manifest: block.manifest } : {}),
    ...(today ? { today } : {}),
  });
  const uri = `${folder}/${block.options.get('path') ?? 'services/shop/Dockerfile'}`;
  return lintDockerfile(parseDockerfile(uri, text), workspace, { allRules: true });
}

function expectFindings(spec: Spec, block: SpecBlock, annotated: Annotated): void {
  const where = `${spec.path}:${block.line}`;
  const found = lint(block, annotated.text).filter((finding) => finding.rule === spec.rule);
  const shown = showRanges(
    annotated.text,
    found.map((finding) => finding.range),
  );
  assert.equal(shown, showRanges(annotated.text, annotated.ranges), `${where}: other ranges than expected`);
  if (annotated.markers.length === 0) return;
  assert.equal(annotated.markers.length, found.length, `${where}: as many markers as findings`);
  for (const [i, marker] of annotated.markers.entries()) expectMarker(where, marker, found[i]);
}

function expectMarker(where: string, marker: Marker, finding: Finding | undefined): void {
  assert.ok(finding, `${where}: no finding for the marker "${marker.message}"`);
  assert.equal(finding.rule, marker.rule, `${where}: rule`);
  assert.ok(finding.message.includes(marker.message), `${where}: the message is "${finding.message}"`);
  for (const word of marker.words) {
    if (/^(?:error|warning|info|hint)$/.test(word)) assert.equal(finding.severity, word, `${where}: severity`);
    else if (word === 'no-alias') assert.deepEqual(finding.aliases, [], `${where}: aliases`);
    else assert.ok(finding.aliases.includes(word), `${where}: alias ${word}, not ${finding.aliases}`);
  }
}

function repaired(spec: Spec, block: SpecBlock, text: string): string {
  let result = text;
  for (let round = 0; round < 5; round++) {
    const own = lint(block, result).filter((finding) => finding.rule === spec.rule);
    const edits: readonly TextEdit[] = fixEdits(own, { previews: true });
    if (edits.length === 0) break;
    result = applyEdits(result, edits);
  }
  return result;
}

describe('specifications of rules', () => {
  it('exist for every rule about Dockerfiles, with all sections', () => {
    assert.deepEqual(specs.map((spec) => spec.rule).sort(), Object.keys(dockerfileRules).sort());
    for (const spec of specs) {
      const wanted = ['What', 'Why', 'Bad', 'Good', ...(dockerfileRules[spec.rule]?.fixable ? ['Fix'] : []), 'Hard cases'];
      assert.deepEqual(
        spec.sections.map(({ title }) => title),
        wanted,
        spec.path,
      );
      assert.equal(`${spec.rule}.md`, spec.path, spec.path);
    }
  });

  for (const spec of specs) {
    describe(spec.rule, () => {
      for (const block of spec.blocks.filter(({ section }) => section !== 'Fix')) {
        it(`${block.section}, line ${block.line}`, () => {
          const annotated = parseAnnotated(block.text);
          if (block.section === 'Bad') assert.ok(annotated.ranges.length > 0, 'a bad example expects a finding');
          expectFindings(spec, block, annotated);
        });
      }
      const fixes = spec.blocks.filter(({ section }) => section === 'Fix');
      for (let i = 0; i < fixes.length; i += 2) {
        const [before, after] = [fixes[i], fixes[i + 1]];
        if (!before || !after) continue;
        it(`Fix, line ${before.line}`, () => {
          const result = repaired(spec, before, before.text);
          assert.equal(result, after.text);
          assert.deepEqual(
            lint(before, result).filter((finding) => finding.rule === spec.rule),
            [],
            'the result is clean',
          );
          assert.equal(repaired(spec, before, result), result, 'a second run changes nothing');
        });
      }
    });
  }
});
