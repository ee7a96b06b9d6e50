import type { Comment, Dockerfile, Instruction } from '../../dockerfile/model.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Report } from '../rule.ts';

/** A comment right above an ARG or a named stage describes it, in the form that `docker build --call=outline` reads. */
export const rule: DockerfileRule = {
  summary: 'A comment above an ARG or a stage begins with its name, so that `docker build --call=outline` shows it.',
  severity: 'hint',
  aliases: ['InvalidDefinitionDescription'],
  optIn: true,
  fixable: true,
  needs: ['comment'],
  check(context) {
    const byEnd = new Map(context.file.comments.map((comment) => [context.file.index.positionAt(comment.start).line, comment]));
    return context.file.instructions.flatMap((instruction) => reportOf(context, instruction, byEnd) ?? []);
  },
};

const pragma = /^(?:waybill|hadolint|check|syntax|escape)\b/i;

function reportOf(context: DockerfileContext, instruction: Instruction, byLine: ReadonlyMap<number, Comment>): Report | undefined {
  const defined = definedName(instruction);
  if (defined === undefined) return undefined;
  const block = commentsAbove(context.file, instruction, byLine);
  const [first] = block;
  if (!first || block.some(({ text }) => pragma.test(text) || text === defined || text.startsWith(`${defined} `))) return undefined;
  const at = context.range({ start: first.textStart, end: first.textStart });
  return {
    range: context.range(first),
    message: `The description of \`${defined}\` should begin with its name: \`# ${defined} …\`. An empty line in between makes it a comment of its own.`,
    fixes: [{ title: `Begin with \`${defined}\``, edits: [{ range: at, text: `${defined} ` }], preview: true }],
  };
}

function definedName(instruction: Instruction): string | undefined {
  if (instruction.kind === 'ARG') return instruction.pairs[0]?.name.value;
  return instruction.kind === 'FROM' ? instruction.name?.value : undefined;
}

/** The block of comments that touches the instruction, in order. */
function commentsAbove(file: Dockerfile, { start }: Instruction, byLine: ReadonlyMap<number, Comment>): readonly Comment[] {
  const block: Comment[] = [];
  for (let line = file.index.positionAt(start).line - 1; ; line--) {
    const comment = byLine.get(line);
    if (!comment) return block.reverse();
    block.push(comment);
  }
}
