import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { manifestHints } from '../../server/src/core/features/hintsManifest.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { refactorManifest } from '../../server/src/core/features/refactorManifest.ts';
import { referencesManifest, renameManifest } from '../../server/src/core/features/referencesManifest.ts';
import { changeWorkspace, createWorkspace, fileKind } from '../../server/src/core/features/workspace.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';

const names = ['waybill.standards.yaml', 'waybill.environments.yaml', 'waybill.yaml'] as const;
const files = names.map((name) => {
  const uri = `file:///w/${name}`;
  return { uri, kind: fileKind(uri), text: readFileSync(join(import.meta.dirname, 'complete', name), 'utf8') };
});
const pieces = [
  'null',
  '[]',
  '{}',
  '- ',
  ': ',
  '\n',
  '  ',
  '"',
  '*a',
  '&a ',
  '<<: *a',
  '$${X}',
  '8080',
  'host',
  'auto',
  '-Xmx9g',
  '~',
  'é',
];
const whole = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };

it('rules and features about manifests answer on mutated files', () => {
  const base = createWorkspace({ files, folders: ['file:///w'], today: '2026-11-24' });
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed % below;
  };
  for (let round = 0; round < 60; round++) {
    const file = files[random(files.length)] ?? base.file('file:///w/waybill.yaml');
    if (!file) continue;
    let text = file.text;
    for (let i = 0; i <= random(4); i++) {
      const at = random(text.length + 1);
      text = text.slice(0, at) + (pieces[random(pieces.length)] ?? '') + text.slice(at + random(30));
    }
    const workspace = changeWorkspace(base, [{ ...file, text }]);
    const position = { line: random(200), character: random(40) };
    for (const { uri } of files) {
      const own = workspace.file(uri)?.text ?? '';
      for (const { fixes } of lintManifest(workspace, uri)) for (const fix of fixes) applyEdits(own, fix.edits);
      for (const refactor of refactorManifest(workspace, uri, position)) applyEdits(own, refactor.edits);
      manifestHints(workspace, uri, whole);
      referencesManifest(workspace, ({ uri: at, text: source }) => parseDockerfile(at, source), uri, position, { definition: true });
      renameManifest(workspace, uri, position, 'fresh');
    }
  }
});
