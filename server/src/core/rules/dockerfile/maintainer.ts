import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** MAINTAINER gave way to a label. */
export const rule: DockerfileRule = {
  summary: 'The author stands in the label `org.opencontainers.image.authors`, not in MAINTAINER.',
  severity: 'warning',
  aliases: ['DL4000', 'MaintainerDeprecated', 'DEPRECATED_MAINTAINER'],
  fixable: true,
  needs: ['MAINTAINER'],
  check: (context) =>
    context.file.instructions.flatMap((instruction) => {
      if (instruction.kind !== 'MAINTAINER') return [];
      const { keyword, value, headEnd } = instruction;
      const { escapeMark } = context.file;
      const escaped = value?.value.replace(/["\\$`]/g, (c) => (c === '`' && escapeMark !== '`' ? c : escapeMark + c));
      const label = keyword.value === keyword.value.toLowerCase() ? 'label' : 'LABEL';
      return [
        {
          range: context.range(keyword),
          message: 'MAINTAINER is deprecated and no tool reads it. Write `LABEL org.opencontainers.image.authors="…"`.',
          tags: ['deprecated'],
          fixes:
            escaped === undefined || /[\r\n]/.test(value?.text ?? '')
              ? []
              : [
                  replacement(
                    context,
                    { start: keyword.start, end: headEnd },
                    `${label} org.opencontainers.image.authors="${escaped}"`,
                    'Write it as a label',
                  ),
                ],
        },
      ];
    }),
};
