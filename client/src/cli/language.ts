/** The half of the CLI that knows files: the core, and what reads a workspace from the disk. Loaded when a command needs it. */
import { changeWorkspace } from '../../../server/src/core/features/workspace.ts';
import { judgeOthers } from './lint/others.ts';
import { shellCheckAll } from './lint/shellcheck.ts';
import { type Linted, type LintInput, lintFiles } from './lintFindings.ts';
import { loadWorkspace } from './loadWorkspace.ts';

export { createDockerfile } from '../../../server/src/core/features/createDockerfile.ts';
export { importFile } from '../../../server/src/core/features/import/importFile.ts';
export { createWorkspace } from '../../../server/src/core/features/workspace.ts';
export { applyEdits } from '../../../server/src/core/text/lineIndex.ts';
export { coreDocuments } from './documents.ts';
export { findingsOf } from './lint/judge.ts';
export { judgeOthers } from './lint/others.ts';
export { loadWorkspace } from './loadWorkspace.ts';

/** Judges files of every kind, in the whole of their workspaces. */
export function lintPaths(input: LintInput): Promise<Linted> {
  return lintFiles(input, {
    load: ({ today, place }, named, skipped) => changeWorkspace(loadWorkspace(place.roots, today, skipped, place.found), named),
    others: judgeOthers(),
    shellcheck: shellCheckAll,
  });
}
