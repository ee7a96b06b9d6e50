/** The sample product line as it is committed: four good services, and a folder of bad ones that shows every finding of the first slice. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { parseDockerfile } from '../server/src/core/dockerfile/parse.ts';
import { fixEdits } from '../server/src/core/features/codeActions.ts';
import { lintDockerfile } from '../server/src/core/features/lint.ts';
import { lintManifest } from '../server/src/core/features/lintManifest.ts';
import { changeWorkspace, createWorkspace, fileKind, type Workspace, type WorkspaceFile } from '../server/src/core/features/workspace.ts';
import type { Finding } from '../server/src/core/rules/rule.ts';
import { applyEdits } from '../server/src/core/text/lineIndex.ts';

const folder = resolve(import.meta.dirname, 'sample');
const files = globSync(['**/Dockerfile', '**/*.yaml'], { cwd: folder }).map((path): WorkspaceFile => {
  const uri = pathToFileURL(join(folder, path)).href;
  return { uri, kind: fileKind(uri), text: readFileSync(join(folder, path), 'utf8') };
});
const sample = createWorkspace({ files, folders: [pathToFileURL(folder).href], today: '2026-11-24' });

function findingsIn(workspace: Workspace, below: string): { readonly file: WorkspaceFile; readonly finding: Finding }[] {
  return [...workspace.files.values()]
    .filter(({ uri }) => uri.includes(`/sample/${below}`))
    .flatMap((file) => judge(workspace, file).map((finding) => ({ file, finding })));
}

function judge(workspace: Workspace, file: WorkspaceFile): readonly Finding[] {
  return file.kind === 'dockerfile' ? lintDockerfile(parseDockerfile(file.uri, file.text), workspace) : lintManifest(workspace, file.uri);
}

const serious = ({ finding }: { finding: Finding }) => finding.severity === 'error' || finding.severity === 'warning';
const named = (found: readonly { file: WorkspaceFile; finding: Finding }[]) =>
  found.map(({ file, finding }) => `${file.uri.split('/sample/')[1]} ${finding.rule}: ${finding.message}`);

describe('the sample product line', () => {
  for (const service of ['order-api', 'price-api', 'tracking', 'label-printer']) {
    it(`${service} follows the standards`, () => assert.deepEqual(named(findingsIn(sample, `services/${service}/`).filter(serious)), []));
  }

  it('standards, environments, OS images and the current base are clean', () => {
    for (const below of ['waybill.standards.yaml', 'waybill.environments.yaml', 'images/os/', 'images/base/web-2/', 'images/build/']) {
      assert.deepEqual(named(findingsIn(sample, below).filter(serious)), [], below);
    }
  });

  it('the legacy services show every finding of the first slice', () => {
    const shown = new Set(findingsIn(sample, 'services/legacy/').map(({ finding }) => finding.rule));
    const wanted = [
      ...[
        'base/unregistered',
        'base/wrong-layer',
        'base/digest',
        'base/deprecated',
        'base/end-of-life',
        'user/root',
        'app/installs-packages',
      ],
      ...['layer/cleanup-same-run', 'jdk/bundled', 'secret/in-env', 'label/missing', 'base/mismatch', 'environment/unknown'],
    ];
    assert.deepEqual(
      wanted.filter((rule) => !shown.has(rule)),
      [],
    );
  });

  it('every repair that they offer removes its finding and can be applied again without harm', () => {
    for (const { file, finding } of findingsIn(sample, 'services/legacy/')) {
      for (const fix of finding.fixes) {
        const text = applyEdits(file.text, fix.edits);
        const repaired = changeWorkspace(sample, [{ ...file, text }]);
        const left = judge(repaired, { ...file, text }).filter(({ rule, message }) => rule === finding.rule && message === finding.message);
        assert.deepEqual(
          left.map(({ message }) => message),
          [],
          `${file.uri}: ${fix.title}`,
        );
      }
    }
  });

  it('all safe repairs of a file at once leave less to do', () => {
    for (const file of sample.files.values()) {
      const findings = judge(sample, file);
      const edits = fixEdits(findings);
      if (edits.length === 0) continue;
      const text = applyEdits(file.text, edits);
      const left = judge(changeWorkspace(sample, [{ ...file, text }]), { ...file, text });
      assert.ok(left.length < findings.length, `${file.uri}: ${findings.length} before, ${left.length} after`);
    }
  });
});
