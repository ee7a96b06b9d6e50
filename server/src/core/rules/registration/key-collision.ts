import { claimReports } from '../manifestClaims.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** The key in etcd is made of `app` and the environment: each service has its own. */
export const rule: ManifestRule = {
  summary: 'No two services register under the same `registration.etcd.app` in an environment.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    claimReports(context, 'registration', (claim, rival) => {
      const own = claim.service.name.replaceAll('-', '_').toUpperCase();
      return {
        message: `\`${rival.service.id}\` registers as \`${claim.what}\` in \`${claim.environment}\` too: the proxy would send its requests to both.`,
        fixes: own === claim.what ? [] : [{ title: `Change to \`${own}\``, edits: [{ range: claim.range, text: own }], preview: true }],
      };
    }),
};
