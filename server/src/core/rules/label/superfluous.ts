import { labelsOf, type WrittenLabel } from '../../dockerfile/labels.ts';
import { lineSpan } from '../../dockerfile/lineSpan.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Fix } from '../rule.ts';

/** No label is written that is not wanted. */
export const rule: DockerfileRule = {
  summary: 'With `strict-labels` no labels are written that the `label-schema` does not know.',
  severity: 'warning',
  aliases: ['DL3050'],
  fixable: true,
  needs: ['LABEL'],
  check(context) {
    const schema = context.config?.strictLabels ? context.config.labelSchema : undefined;
    if (!schema) return [];
    return labelsOf(context.file.instructions).flatMap((label) => {
      const { name, pair } = label;
      if (schema.has(name)) return [];
      return [
        {
          range: context.range(pair.name),
          message: `The label \`${name}\` is outside of the \`label-schema\`, which is strict. Remove it, or add it to the schema.`,
          fixes: removal(context, label),
        },
      ];
    });
  },
};

/** Only where it stands alone; among others a person removes it. */
function removal(context: DockerfileContext, { name, pair }: WrittenLabel): readonly Fix[] {
  const { file } = context;
  const alone = file.instructions.find(({ kind, start, end }) => kind === 'LABEL' && start <= pair.start && pair.end <= end);
  if (alone?.kind !== 'LABEL' || alone.pairs.length !== 1) return [];
  return [replacement(context, lineSpan(file.text, alone), '', `Remove the label \`${name}\``, true)];
}
