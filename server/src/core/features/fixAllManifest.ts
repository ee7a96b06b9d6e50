import { applyEdits } from '../text/lineIndex.ts';
import { type CodeAction, fixEdits, wholeEdit } from './codeActions.ts';
import { lintManifest } from './lintManifest.ts';
import type { Severities } from './severity.ts';
import { changeWorkspace, type Workspace } from './workspace.ts';

const maxRounds = 5;

/** A YAML file's text after all fixes that need no person's eye: applied, judged again, until nothing is left to fix. */
export function fixAllManifest(workspace: Workspace, uri: string, settings: Severities = {}): string | undefined {
  let current = workspace;
  for (let round = 0; round < maxRounds; round++) {
    const file = current.file(uri);
    if (!file) return undefined;
    const edits = fixEdits(lintManifest(current, uri, settings));
    if (edits.length === 0) break;
    current = changeWorkspace(current, [{ ...file, text: applyEdits(file.text, edits) }]);
  }
  return current.file(uri)?.text;
}

/** `source.fixAll.waybill` of a YAML file; undefined when there is nothing to fix. */
export function fixAllManifestAction(workspace: Workspace, uri: string, settings: Severities = {}): CodeAction | undefined {
  const yaml = workspace.yaml(uri);
  const fixed = yaml && fixAllManifest(workspace, uri, settings);
  return yaml && fixed !== undefined ? wholeEdit(yaml, fixed) : undefined;
}
