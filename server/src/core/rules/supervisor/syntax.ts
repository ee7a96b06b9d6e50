import type { ManifestRule } from '../manifestContext.ts';

/** Supervisor refuses to start with a line that it cannot read. */
export const rule: ManifestRule = {
  summary: 'Every line of a configuration of Supervisor is a section, a setting, a continuation or a comment.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['supervisor'],
  check: ({ supervisor }) => supervisor?.problems ?? [],
};
