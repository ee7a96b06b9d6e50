import type { ManifestRule } from '../manifestContext.ts';

/** The file is YAML that can mean one thing only. */
export const rule: ManifestRule = {
  summary: 'Waybill’s files and `.hadolint.yaml` are valid YAML, and no key is there twice.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service', 'environments', 'standards', 'record', 'hadolint'],
  check: ({ yaml }) => yaml.problems.map((problem) => ({ range: problem.range, message: problem.message })),
};
