import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** FROM and its AS are written alike. */
export const rule: DockerfileRule = {
  summary: 'AS is written like the FROM of its line.',
  severity: 'hint',
  aliases: ['FromAsCasing'],
  fixable: true,
  needs: ['stageName'],
  check: (context) =>
    context.file.stages.flatMap(({ from: { keyword, as } }) => {
      const written = keyword.value === keyword.value.toLowerCase() ? 'as' : 'AS';
      if (!as || as.value === written) return [];
      const message = `\`${as.value}\` and \`${keyword.value}\` stand in one line in different letters. Write \`${written}\`.`;
      return [{ range: context.range(as), message, fixes: [replacement(context, as, written, `Write \`${written}\``)] }];
    }),
};
