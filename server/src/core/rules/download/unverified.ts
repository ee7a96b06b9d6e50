import type { PairInstruction } from '../../dockerfile/model.ts';
import { uncheckedIn } from '../../dockerfile/verification.ts';
import { uncheckedInHeredocs } from '../../dockerfile/verificationFiles.ts';
import type { Unchecked } from '../../dockerfile/verificationModel.ts';
import { uncheckedVariable } from '../../dockerfile/verificationVariables.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { isExecForm, replacement, withBlanks } from '../edits.ts';
import type { Report } from '../rule.ts';

/** Without these checks, whoever sits between the build and the server decides what goes into the image. */
export const rule: DockerfileRule = {
  summary: 'Certificates and signatures are checked when something is downloaded or installed.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['RUN', 'ENV', 'ARG', 'COPY', 'ADD'],
  check(context) {
    const found: Unchecked[] = [];
    for (const { command, run } of context.commands.all) {
      for (const unchecked of uncheckedIn(command)) found.push(isExecForm(run) ? withoutRemoval(unchecked) : unchecked);
    }
    const files: Unchecked[] = [];
    for (const instruction of context.file.instructions) {
      const inner = instruction.kind === 'ONBUILD' ? instruction.trigger : instruction;
      if (inner?.kind === 'ENV' || inner?.kind === 'ARG') found.push(...pairsOf(context, inner, inner !== instruction));
      files.push(...uncheckedInHeredocs(context.file.text, instruction));
    }
    return [...found, ...files].map((unchecked) => reportOf(context, unchecked));
  },
};

/** In JSON form a word is more than its text. */
function withoutRemoval({ start, end, what, check }: Unchecked): Unchecked {
  return { start, end, what, check };
}

function pairsOf({ file }: DockerfileContext, { pairs, start, end }: PairInstruction, inner: boolean): readonly Unchecked[] {
  return pairs.flatMap((pair): Unchecked[] => {
    const check = pair.value && uncheckedVariable(pair.name.value, pair.value.value);
    if (!check) return [];
    const span = { start: pair.start, end: pair.end };
    const only = pairs.length === 1;
    if (only && inner) return [{ ...span, what: pair.name.value, check }];
    const line = { start, end: /^[ \t]*\r?\n/.exec(file.text.slice(end, end + 100))?.[0].length ?? 0 };
    return [{ ...span, what: pair.name.value, check, removal: { ...(only ? { start, end: end + line.end } : span), text: '' } }];
  });
}

function reportOf(context: DockerfileContext, unchecked: Unchecked): Report {
  const { what, check, removal } = unchecked;
  const danger =
    check === 'certificate'
      ? 'the other side need not prove who it is, and anybody on the way can put something else in'
      : 'nobody proves who made the packages, and any mirror can put something else in';
  const advice = check === 'certificate' ? 'Add the authority that signed to the image instead.' : 'Import the key that signed instead.';
  const whole = removal && (removal.text !== '' || /\s/.test(context.file.text[removal.end - 1] ?? ''));
  const span = removal && (whole ? removal : withBlanks(context.file.text, removal));
  return {
    range: context.range(unchecked),
    message: `\`${what}\`: ${danger}. ${advice}`,
    fixes: removal && span ? [replacement(context, span, removal.text, `Remove ${what}`, true)] : [],
    ...(context.layer === 'app' && context.standards ? { severity: 'error' as const } : {}),
  };
}
