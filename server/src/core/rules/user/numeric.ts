import type { ValueInstruction } from '../../dockerfile/model.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Fix } from '../rule.ts';

/** USER is a number. */
export const rule: DockerfileRule = {
  summary: 'USER is a number, which can be checked without the image.',
  severity: 'info',
  aliases: ['DL3066'],
  optIn: true,
  fixable: true,
  needs: ['USER'],
  check: (context) =>
    context.file.stages.flatMap(({ instructions }) =>
      instructions.flatMap((instruction) => {
        if (instruction.kind !== 'USER') return [];
        const name = instruction.value?.value.replace(/:.*$/s, '') ?? '';
        if (!instruction.value || name === '' || name === 'root' || /^\d+$/.test(name) || name.includes('$')) return [];
        const { start } = instruction.value;
        const span = { start, end: start + name.length };
        const message = `Only the image knows which number \`${name}\` is: Kubernetes cannot tell that it is not root (\`runAsNonRoot\`) and refuses to start it. Write the number.`;
        return [{ range: context.range(span), message, fixes: fixOf(context, instruction, name, span) }];
      }),
    ),
};

/** The catalogue may know the number. */
function fixOf(
  context: DockerfileContext,
  { stage }: ValueInstruction,
  name: string,
  span: { start: number; end: number },
): readonly Fix[] {
  const root = context.states[stage ?? 0]?.root;
  const user = root?.kind === 'image' ? root.catalogue?.image.user : undefined;
  if (user?.uid === undefined || user.name !== name) return [];
  return [replacement(context, span, `${user.uid}`, `Write \`${user.uid}\``)];
}
