import type { Dockerfile, Instruction } from '../dockerfile/model.ts';
import { namesRule, type Pragmas, type Suppression } from '../dockerfile/pragmas.ts';
import type { Finding } from '../rules/rule.ts';

/** True when a comment in the file takes the finding away, by rule or by the peer's check that holds at it. */
export function isSuppressed(file: Dockerfile, pragmas: Pragmas, finding: Finding): boolean {
  const start = file.index.offsetAt(finding.range.start);
  return pragmas.suppressions.some((suppression) => names(suppression, finding) && covers(file, suppression, start));
}

function names(suppression: Suppression, finding: Finding): boolean {
  if (suppression.peer) return suppression.rules.some((id) => finding.aliases.includes(id));
  return suppression.rules.some((id) => namesRule(id, finding.rule) || finding.aliases.includes(id));
}

function covers(file: Dockerfile, { scope, comment }: Suppression, at: number): boolean {
  if (scope === 'file') return true;
  const instruction = instructionFor(file, comment.start);
  if (scope === 'instruction') return instruction !== undefined && instruction.start <= at && at <= instruction.end;
  const own = file.stages.find(({ span }) => span.start <= comment.start && comment.start <= span.end);
  const stage = own ?? file.stages[instruction?.stage ?? 0];
  return stage !== undefined && stage.span.start <= at && at <= stage.span.end;
}

/** The instruction that holds the comment, else the next one. Binary search: files may be long. */
function instructionFor(file: Dockerfile, offset: number): Instruction | undefined {
  let low = 0;
  let high = file.instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((file.instructions[middle]?.end ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return file.instructions[low];
}
