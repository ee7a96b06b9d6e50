import { labelsOf } from '../../dockerfile/labels.ts';
import type { DockerfileRule } from '../context.ts';

/** A label that somebody asks for says something. */
export const rule: DockerfileRule = {
  summary: 'Labels that the standards or the `label-schema` ask for have a value.',
  severity: 'warning',
  aliases: ['DL3051'],
  fixable: false,
  needs: ['LABEL'],
  check: ({ file, range, standards, config }) => {
    const wanted = new Set([...(standards?.requiredLabels.map(({ name }) => name) ?? []), ...(config?.labelSchema.keys() ?? [])]);
    if (wanted.size === 0) return [];
    return labelsOf(file.instructions).flatMap(({ name, value, pair }) => {
      if (!wanted.has(name) || value === undefined || value.trim() !== '') return [];
      const message = `The label \`${name}\` is asked for, and it is empty here: that is as good as missing. Give it a value.`;
      return [{ range: range(pair), message, aliases: config?.labelSchema.has(name) ? ['DL3051'] : [] }];
    });
  },
};
