import type { Range } from '../../protocol.ts';
import type { Dockerfile } from '../dockerfile/model.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import type { Finding, Fix } from '../rules/rule.ts';
import { comparePositions, type TextEdit } from '../text/edits.ts';
import { applyEdits, type LineIndex } from '../text/lineIndex.ts';
import { type LintOptions, lintDockerfile } from './lint.ts';
import type { Workspace } from './workspace.ts';

/** One entry of the light bulb. */
export interface CodeAction {
  readonly title: string;
  /** LSP's kind. */
  readonly kind: 'quickfix' | 'source.fixAll.waybill';
  readonly edits: readonly TextEdit[];
  /** The finding that it repairs; absent for fix-all. */
  readonly finding?: Finding;
  /** True for the best fix of a finding, when it keeps what the file means. */
  readonly preferred: boolean;
}

const maxRounds = 5;

/** Quick fixes of the findings that touch `range`. */
export function quickFixes(findings: readonly Finding[], range: Range): readonly CodeAction[] {
  return findings
    .filter((finding) => touches(finding.range, range))
    .flatMap((finding) =>
      finding.fixes.map(
        (fix, i): CodeAction => ({ title: fix.title, kind: 'quickfix', edits: fix.edits, finding, preferred: i === 0 && !fix.preview }),
      ),
    );
}

function touches(a: Range, b: Range): boolean {
  return comparePositions(a.start, b.end) <= 0 && comparePositions(b.start, a.end) <= 0;
}

/** Edits of each finding's best fix, as many as do not overlap. `previews` takes those along that need a person's eye. */
export function fixEdits(findings: readonly Finding[], options: { readonly previews?: boolean } = {}): readonly TextEdit[] {
  const taken: TextEdit[] = [];
  for (const finding of findings) {
    const fix = finding.fixes.find((candidate: Fix) => options.previews || !candidate.preview);
    if (fix?.edits.every((edit) => !taken.some((other) => overlap(edit, other)))) taken.push(...fix.edits);
  }
  return taken;
}

/** Insertions at one place or at the edge of a replaced range count as overlapping: their order would be a guess. */
function overlap(a: TextEdit, b: TextEdit): boolean {
  return comparePositions(a.range.start, b.range.end) <= 0 && comparePositions(b.range.start, a.range.end) <= 0;
}

/** The file's text after all fixes that need no person's eye: applied, judged again, until nothing is left to fix. */
export function fixAll(file: Dockerfile, workspace: Workspace, options: LintOptions = {}): string {
  let current = file;
  for (let round = 0; round < maxRounds; round++) {
    const edits = fixEdits(lintDockerfile(current, workspace, options));
    if (edits.length === 0) break;
    current = parseDockerfile(file.uri, applyEdits(current.text, edits));
  }
  return current.text;
}

/** `source.fixAll.waybill`; undefined when there is nothing to fix. */
export function fixAllAction(file: Dockerfile, workspace: Workspace, options: LintOptions = {}): CodeAction | undefined {
  return wholeEdit(file, fixAll(file, workspace, options));
}

/** The action that makes one text of another: one edit from the first changed character to the last. */
export function wholeEdit(
  { text: before, index }: { readonly text: string; readonly index: LineIndex },
  fixed: string,
): CodeAction | undefined {
  if (fixed === before) return undefined;
  let start = 0;
  while (start < before.length && before[start] === fixed[start]) start++;
  let end = 0;
  while (end < Math.min(before.length, fixed.length) - start && before.at(-1 - end) === fixed.at(-1 - end)) end++;
  const edit = { range: index.range(start, before.length - end), text: fixed.slice(start, fixed.length - end) };
  return { title: 'Fix all problems that have a safe fix', kind: 'source.fixAll.waybill', edits: [edit], preferred: false };
}
