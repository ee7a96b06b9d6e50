import type { DockerfileRule } from '../context.ts';

/** Where the standards ask for it, a suppression says why. */
export const rule: DockerfileRule = {
  summary: 'Comments that suppress findings give a reason, where the standards ask for one.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['pragma'],
  check({ pragmas, standards, range }) {
    if (!standards?.policy.suppressionReason) return [];
    return pragmas.suppressions
      .filter(({ dialect, reason }) => dialect !== 'check' && reason === '')
      .map(({ comment, dialect }) => ({
        range: range(comment),
        message: `The standards \`${standards.name}\` ask why a finding is suppressed: write the reason ${dialect === 'hadolint' ? 'after a second `#`' : 'after the rules'}.`,
      }));
  },
};
