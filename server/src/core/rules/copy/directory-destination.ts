import type { CopyInstruction } from '../../dockerfile/model.ts';
import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileRule } from '../context.ts';
import { insertion } from '../edits.ts';

/** Several sources go to a folder. */
export const rule: DockerfileRule = {
  summary: 'The destination of several sources ends with a slash.',
  severity: 'warning',
  aliases: ['DL3021', 'INVALID_DESTINATION'],
  fixable: true,
  needs: ['COPY', 'ADD'],
  check: (context) =>
    instructionsOf(context.file.instructions, 'COPY', 'ADD').flatMap((instruction) => {
      const { destination, kind } = instruction;
      if (!destination || sourceCount(instruction) < 2) return [];
      const path = destination.value.replace(/^(["'])(.*)\1$/s, '$2');
      if (/[/\\]$|^\.{1,2}$|(?:^|[/\\])\.{1,2}$/.test(path) || /\$[^/]*$/.test(path)) return [];
      const quoted = /["']$/.test(destination.text);
      return [
        {
          range: context.range(destination),
          message: `Several sources can only go to a folder, and \`${path}\` could be a file: the reference asks for a slash at its end, and older builders stop without it. Write \`${path}/\`.`,
          aliases: kind === 'COPY' ? rule.aliases : ['INVALID_DESTINATION'],
          fixes: [insertion(context, destination.end - (quoted ? 1 : 0), '/', 'Add the slash')],
        },
      ];
    }),
};

/** `<<EOF` is one source, however many words it is written in. */
function sourceCount({ sources, heredocs }: CopyInstruction): number {
  let next = 0;
  let others = 0;
  // Both stand in the order of the text.
  for (const { start, end } of sources) {
    while ((heredocs[next]?.operator.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    const operator = heredocs[next]?.operator;
    if (!operator || operator.start >= end) others++;
  }
  return others + heredocs.length;
}
