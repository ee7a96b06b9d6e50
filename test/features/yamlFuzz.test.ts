import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { fixAllManifest } from '../../server/src/core/features/fixAllManifest.ts';
import { foldManifest } from '../../server/src/core/features/foldManifest.ts';
import { manifestHints } from '../../server/src/core/features/hintsManifest.ts';
import { hoverManifest } from '../../server/src/core/features/hoverManifest.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { refactorManifest } from '../../server/src/core/features/refactorManifest.ts';
import { referencesManifest, renameManifest } from '../../server/src/core/features/referencesManifest.ts';
import {
  changeWorkspace,
  createWorkspace,
  fileKind,
  type Workspace,
  type WorkspaceFile,
} from '../../server/src/core/features/workspace.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { manifestEditing } from '../../server/src/lsp/manifestEditing.ts';
import type { Position } from '../../server/src/protocol.ts';
import { fuzzYaml } from '../corpus/yamlFuzzing.ts';

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
    const workspace = changeWorkspace(base, [{ ...file, text: mutated(file.text, random) }]);
    const position = { line: random(200), character: random(40) };
    for (const { uri } of files) {
      const own = workspace.file(uri)?.text ?? '';
      for (const { fixes } of lintManifest(workspace, uri)) for (const fix of fixes) applyEdits(own, fix.edits);
      for (const refactor of refactorManifest(workspace, uri, position)) applyEdits(own, refactor.edits);
      manifestHints(workspace, uri, whole);
      referencesManifest(workspace, ({ uri: at, text: source }) => parseDockerfile(at, source), uri, position, { definition: true });
      renameManifest(workspace, uri, position, 'fresh');
      if (uri === file.uri) editOf(workspace, uri, position);
    }
  }
});

function mutated(before: string, random: (below: number) => number): string {
  let text = before;
  for (let i = 0; i <= random(4); i++) {
    const at = random(text.length + 1);
    text = text.slice(0, at) + (pieces[random(pieces.length)] ?? '') + text.slice(at + random(30));
  }
  return text;
}

/** Everything that an editor asks for while somebody types. */
function editOf(workspace: Workspace, uri: string, position: Position): void {
  const file = workspace.file(uri);
  const yaml = workspace.yaml(uri);
  if (!file || !yaml) return;
  const parse = ({ uri: at, text }: WorkspaceFile) => parseDockerfile(at, text);
  const editing = manifestEditing(parse);
  applyEdits(file.text, editing.format(workspace, file, { tabSize: 2, insertSpaces: true }));
  applyEdits(file.text, editing.formatNewLine(workspace, file, position, { tabSize: 4, insertSpaces: true }));
  const lines = file.text.split(/\r\n|\r|\n/);
  for (const { line, character, length } of editing.tokens(workspace, file)) {
    if (character + length > (lines[line] ?? '').length) throw new Error(`a token goes beyond line ${line}`);
  }
  for (const { startLine, endLine } of foldManifest(yaml)) if (startLine >= endLine) throw new Error(`a fold of no line at ${startLine}`);
  editing.selection(workspace, file, position);
  editing.highlights(workspace, file, position);
  editing.links(workspace, file);
  editing.lenses(workspace, file);
  hoverManifest(workspace, uri, position);
  fixAllManifest(workspace, uri);
}

it('damaged manifests, standards and environments are read and judged without an exception, each within its deadline', () => {
  assert.ok(fuzzYaml({ count: 250, seed: 20261124 }) > 0);
});
