import { lineSpan } from '../../dockerfile/lineSpan.ts';
import type { Stage, WordsInstruction } from '../../dockerfile/model.ts';
import { ownInstructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

const hadolint: Readonly<Record<string, string>> = { CMD: 'DL4003', ENTRYPOINT: 'DL4004', HEALTHCHECK: 'DL3012' };

/** A stage says once what it runs. */
export const rule: DockerfileRule = {
  summary: 'A stage has one CMD, one ENTRYPOINT and one HEALTHCHECK: only the last counts.',
  severity: 'warning',
  aliases: ['DL3012', 'DL4003', 'DL4004', 'MultipleInstructionsDisallowed', 'MULTIPLE_INSTRUCTIONS'],
  fixable: true,
  needs: ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'],
  check: (context) => context.file.stages.flatMap((stage) => reportsOf(context, stage)),
};

function reportsOf(context: DockerfileContext, stage: Stage): readonly Report[] {
  const found = ownInstructionsOf(stage, 'CMD', 'ENTRYPOINT', 'HEALTHCHECK');
  const last = new Map(found.map((instruction) => [instruction.kind, instruction]));
  return found.flatMap((instruction) => {
    const winner = last.get(instruction.kind);
    return !winner || winner === instruction ? [] : [reportOf(context, instruction, winner)];
  });
}

function reportOf({ file, range, ...rest }: DockerfileContext, instruction: WordsInstruction, winner: WordsInstruction): Report {
  const { kind, keyword } = instruction;
  const name = hadolint[kind];
  return {
    range: range(keyword),
    message: `This ${kind} has no effect: the stage has another one further down, and only the last counts.`,
    tags: ['unnecessary'],
    related: [{ location: { uri: file.uri, range: range(winner.keyword) }, message: `The ${kind} that counts` }],
    aliases: [...(name ? [name] : []), 'MultipleInstructionsDisallowed', 'MULTIPLE_INSTRUCTIONS'],
    fixes: [replacement({ file, range, ...rest }, lineSpan(file.text, instruction), '', `Remove this ${kind}`)],
  };
}
