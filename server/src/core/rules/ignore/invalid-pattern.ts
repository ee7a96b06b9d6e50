import type { ManifestRule } from '../manifestContext.ts';

export const rule: ManifestRule = {
  summary: 'The patterns of `.dockerignore` are patterns that the builder accepts.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['dockerignore'],
  check: ({ ignore }) =>
    (ignore?.matcher.entries ?? []).flatMap((entry) => {
      if (!ignore || !entry.problem) return [];
      const message = `The pattern \`${entry.text}\` is not valid: ${entry.problem}. The builder refuses the whole file; a backslash in front of a character takes its meaning away.`;
      return [{ range: ignore.range(entry), message }];
    }),
};
