import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type ContextFiles, lintIgnoreFile } from '../../server/src/core/features/ignoreFile.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { createWorkspace, fileKind, type Workspace } from '../../server/src/core/features/workspace.ts';
import type { Finding } from '../../server/src/core/rules/rule.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { manifestRules } from '../../server/src/generated/rules.ts';
import { parseAnnotated, showRanges } from '../harness/annotated.ts';
import { parseSpec, type SpecFiles, specWorkspaces } from './spec.ts';

const specs = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[\w-]+[/\\][\w-]+\.md$/.test(path))
  .sort()
  .map((path) => parseSpec(path, readFileSync(join(import.meta.dirname, path), 'utf8')))
  .filter((spec) => Object.hasOwn(manifestRules, spec.rule));

function workspaceOf(files: SpecFiles): Workspace {
  const list = [...files].map(([path, text]) => ({ uri: `file:///w/${path}`, kind: fileKind(`file:///w/${path}`), text }));
  return createWorkspace({ files: list, folders: ['file:///w'], today: '2026-11-24' });
}

function findings(workspace: Workspace, path: string, rule: string): readonly Finding[] {
  const file = workspace.file(`file:///w/${path}`);
  const found =
    file?.kind === 'dockerignore'
      ? lintIgnoreFile(file, workspace, contextOf(workspace, path))
      : lintManifest(workspace, `file:///w/${path}`);
  return found.filter((finding) => finding.rule === rule);
}

/** The files beside a `.dockerignore`, when the example has any. */
function contextOf(workspace: Workspace, own: string): ContextFiles | undefined {
  const paths = [...workspace.files.values()].map(({ uri }) => uri.slice('file:///w/'.length)).filter((path) => path !== own);
  return paths.length > 0 ? { paths, whole: true } : undefined;
}

function check(rule: string, section: string, files: SpecFiles): void {
  const annotated = new Map([...files].map(([path, text]) => [path, parseAnnotated(text)] as const));
  const workspace = workspaceOf(new Map([...annotated].map(([path, { text }]) => [path, text])));
  let expected = 0;
  for (const [path, { text, ranges, markers }] of annotated) {
    const found = findings(workspace, path, rule);
    expected += ranges.length;
    const shown = showRanges(
      text,
      found.map((finding) => finding.range),
    );
    assert.equal(shown, showRanges(text, ranges), path);
    for (const [i, marker] of markers.entries()) {
      assert.ok(found[i]?.message.includes(marker.message), `${path}: the message is "${found[i]?.message}"`);
      for (const word of marker.words) assert.equal(found[i]?.severity, word, path);
    }
  }
  if (section === 'Bad') assert.ok(expected > 0, 'a bad example expects a finding');
}

/** Applies the first fix of each finding of the rule, file by file. */
function repaired(rule: string, files: SpecFiles): SpecFiles {
  const workspace = workspaceOf(files);
  return new Map(
    [...files].map(([path, text]) => {
      const edits = findings(workspace, path, rule).flatMap((finding) => finding.fixes[0]?.edits ?? []);
      return [path, applyEdits(text, edits)] as const;
    }),
  );
}

describe('specifications of rules about YAML files', () => {
  it('exist for every rule, with all sections', () => {
    assert.deepEqual(
      specs.map((spec) => spec.rule),
      Object.keys(manifestRules).sort(),
    );
    for (const spec of specs) {
      const wanted = ['What', 'Why', 'Bad', 'Good', ...(manifestRules[spec.rule]?.fixable ? ['Fix'] : []), 'Hard cases'];
      assert.deepEqual(
        spec.sections.map(({ title }) => title),
        wanted,
        spec.path,
      );
    }
  });

  for (const spec of specs) {
    for (const section of spec.sections) {
      const cases = specWorkspaces(section);
      if (section.title === 'Fix') {
        const [before, after] = cases;
        it(`${spec.rule}: Fix`, () => {
          assert.ok(before && after, 'a fix has a before and an after');
          assert.deepEqual(repaired(spec.rule, before), after);
          assert.deepEqual(repaired(spec.rule, after), after, 'a second run changes nothing');
        });
        continue;
      }
      for (const [i, files] of cases.entries()) it(`${spec.rule}: ${section.title} ${i + 1}`, () => check(spec.rule, section.title, files));
    }
  }
});
