import type { ManifestRule } from '../manifestContext.ts';

/** confd ends at its start with a file that is no TOML. */
export const rule: ManifestRule = {
  summary: 'A resource of confd is TOML.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['confd'],
  check: ({ confd }) =>
    confd?.problems.map(({ range, message }) => ({ range, message: `This is no TOML: ${message.replace(/\.$/, '')}.` })) ?? [],
};
