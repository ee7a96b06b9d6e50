import type { FromInstruction } from '../../dockerfile/model.ts';
import { platformArgs } from '../../dockerfile/parse.ts';
import { type VariableUse, variableUses } from '../../dockerfile/variableUses.ts';
import { suggest } from '../../text/suggest.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { insertion, replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

/** FROM uses only ARGs that are declared before the first FROM. */
export const rule: DockerfileRule = {
  summary: 'FROM uses only variables that an ARG before the first FROM declares.',
  severity: 'warning',
  aliases: ['UndefinedArgInFrom', 'BASE_NAME_EMPTY'],
  fixable: true,
  needs: ['variable'],
  check: (context) =>
    context.file.stages.flatMap(({ from }) =>
      usesOf(context, from)
        .filter(({ name }) => !context.file.globalArgs.has(name) && !platformArgs.includes(name))
        .map((use) => reportOf(context, from, use)),
    ),
};

/** Variables of the image and of the platform. */
function usesOf({ file }: DockerfileContext, { image, flags }: FromInstruction): readonly VariableUse[] {
  const spans = [...flags.flatMap(({ value }) => value ?? []), ...(image ? [image] : [])];
  return spans.flatMap((span) => variableUses(file.text, span, file.escapeMark));
}

function reportOf(context: DockerfileContext, from: FromInstruction, use: VariableUse): Report {
  const { file } = context;
  const { name, guarded } = use;
  const range = context.range(use);
  const whole = from.image?.start === use.start && from.image.end === use.end;
  const aliases = ['UndefinedArgInFrom', ...(whole && !guarded ? ['BASE_NAME_EMPTY'] : [])];
  const near = suggest(name, [...file.globalArgs.keys(), ...platformArgs]);
  if (near) {
    const message = `No ARG before the first FROM declares \`${name}\`. Did you mean \`${near}\`?`;
    return { range, message, aliases, fixes: [replacement(context, use.nameSpan, near, `Change to \`${near}\``)] };
  }
  const isInner = file.instructions.some((other) => other.kind === 'ARG' && other.pairs.some((pair) => pair.name.value === name));
  const where = isInner ? ' An ARG inside a stage does not reach FROM lines.' : '';
  const effect = guarded ? 'the build cannot set it, and its default is always taken' : 'it is empty, and the build cannot set it';
  const first = file.stages[0]?.from.start ?? 0;
  return {
    range,
    aliases,
    message: `No ARG before the first FROM declares \`${name}\`: ${effect}.${where} Write \`ARG ${name}=…\` above the first FROM.`,
    fixes: [insertion(context, first, `ARG ${name}${file.text.includes('\r\n') ? '\r\n' : '\n'}`, `Declare \`ARG ${name}\``, true)],
  };
}
