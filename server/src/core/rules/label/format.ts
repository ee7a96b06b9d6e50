import { knownLabels, labelFormats, licenseMeant } from '../../dockerfile/labelFormats.ts';
import { labelsOf, type WrittenLabel } from '../../dockerfile/labels.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

/** Labels whose form somebody defined have it. */
export const rule: DockerfileRule = {
  summary: 'Labels have the format that their specification or the `label-schema` asks for.',
  severity: 'warning',
  aliases: ['DL3052', 'DL3053', 'DL3054', 'DL3055', 'DL3056', 'DL3058'],
  fixable: true,
  needs: ['LABEL'],
  check: (context) => labelsOf(context.file.instructions).flatMap((label) => reportOf(context, label) ?? []),
};

function reportOf(context: DockerfileContext, label: WrittenLabel): Report | undefined {
  const { pair, name, value } = label;
  if (value === undefined || value === '' || !pair.value) return undefined;
  const own = context.config?.labelSchema.get(name)?.toLowerCase();
  const known = Object.hasOwn(knownLabels, name) ? knownLabels[name] : undefined;
  const key = own !== undefined && Object.hasOwn(labelFormats, own) ? own : own === undefined ? known : undefined;
  const format = key === undefined ? undefined : labelFormats[key];
  if (!format || format.test(value)) return undefined;
  const meant = key === 'spdx' ? licenseMeant(value) : undefined;
  return {
    range: context.range(pair.value),
    message: `\`${value}\` is no ${format.what}, and tools expect one in \`${name}\`. Write it like \`${meant ?? format.example}\`.`,
    aliases: format.alias ? [format.alias] : [],
    fixes: meant ? [replacement(context, pair.value, meant, `Write \`${meant}\``, true)] : [],
    ...(own === undefined ? { severity: 'info' } : {}),
  };
}
