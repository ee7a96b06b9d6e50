/** What our linter says of a file that stands alone: no standards, no catalogue; rules that are off by default are on. */
import type { Instruction } from '../../server/src/core/dockerfile/model.ts';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { lintDockerfile } from '../../server/src/core/features/lint.ts';
import { createWorkspace } from '../../server/src/core/features/workspace.ts';
import type { Finding } from '../../server/src/core/rules/rule.ts';

const uri = 'file:///corpus/Dockerfile';

/** A finding with the instruction it is in; `line` is the instruction's first, 1-based, as the peers count. */
export interface Placed {
  readonly finding: Finding;
  readonly line: number;
  readonly instruction: string;
}

/** Judges one text after the other. */
export function ownLinter(allRules = true): (text: string) => readonly Placed[] {
  const workspace = createWorkspace({ files: [], folders: ['file:///corpus'], today: '2026-11-24' });
  return (text) => {
    const file = parseDockerfile(uri, text);
    return lintDockerfile(file, workspace, { allRules }).map((finding) => {
      const offset = file.index.offsetAt(finding.range.start);
      const within = file.instructions.find(({ start, end }) => start <= offset && offset <= end);
      const first = within ? file.index.positionAt(within.start).line : finding.range.start.line;
      return { finding, line: first + 1, instruction: textOf(text, within) };
    });
  };
}

function textOf(text: string, instruction: Instruction | undefined): string {
  return instruction ? text.slice(instruction.start, instruction.end) : '';
}

/** The text of the instruction that begins on a 1-based line. */
export function instructionAt(text: string, line: number): string {
  const file = parseDockerfile(uri, text);
  return textOf(
    text,
    file.instructions.find(({ start }) => file.index.positionAt(start).line === line - 1),
  );
}

/** Whether we say that the build of this text stops. */
export function refuses(found: readonly Placed[]): Finding | undefined {
  return found.find(({ finding }) => finding.severity === 'error' && /^dockerfile\/(?:syntax|readable)$/.test(finding.rule))?.finding;
}
