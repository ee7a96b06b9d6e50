import { parseDockerfile } from '../../../../server/src/core/dockerfile/parse.ts';
import { fixEdits } from '../../../../server/src/core/features/codeActions.ts';
import { type LintOptions, lintDockerfile } from '../../../../server/src/core/features/lint.ts';
import { changeWorkspace, type Workspace, type WorkspaceFile } from '../../../../server/src/core/features/workspace.ts';
import type { Finding } from '../../../../server/src/core/rules/rule.ts';
import type { Standards } from '../../../../server/src/core/standards/model.ts';
import { isPinnedCopy } from '../../../../server/src/core/standards/reference.ts';
import { applyEdits } from '../../../../server/src/core/text/lineIndex.ts';

/** What a file is judged by, besides its workspace. */
export interface Judging extends LintOptions {
  /** Standards for every file, whatever the workspace says. */
  readonly standards?: Standards;
}

/** The workspace, with the same standards for all of its files when that was asked for. */
export function underStandards(workspace: Workspace, { standards }: Judging): Workspace {
  return standards ? { ...workspace, standardsFor: () => standards } : workspace;
}

/** True for files that have findings of their own; pinned copies of standards are somebody else's. */
export function isJudged({ kind, uri }: WorkspaceFile): boolean {
  return kind !== 'other' && kind !== 'template' && !isPinnedCopy(uri);
}

/** Judges what is no Dockerfile. */
export type JudgeOthers = (workspace: Workspace, file: WorkspaceFile) => readonly Finding[];

/** The findings of one file of the workspace. */
export function findingsOf(workspace: Workspace, file: WorkspaceFile, judging: Judging, others?: JudgeOthers): readonly Finding[] {
  const under = underStandards(workspace, judging);
  if (file.kind === 'dockerfile') return lintDockerfile(parseDockerfile(file.uri, file.text), under, judging);
  const found = others?.(under, file) ?? [];
  return judging.only ? found.filter(({ rule }) => judging.only?.includes(rule)) : found;
}

const mostRounds = 10;

/** A file after every fix that needs no person's eye: applied and judged again until nothing is left to fix. */
export function repairedFile(
  workspace: Workspace,
  file: WorkspaceFile,
  judging: Judging,
  others?: JudgeOthers,
): { readonly text: string; readonly findings: readonly Finding[] } {
  let current = file;
  let around = workspace;
  for (let round = 0; round < mostRounds; round++) {
    const edits = fixEdits(findingsOf(around, current, judging, others));
    if (edits.length === 0) break;
    current = { ...current, text: applyEdits(current.text, edits) };
    around = changeWorkspace(around, [current]);
  }
  return { text: current.text, findings: findingsOf(around, current, judging, others) };
}
