import { claimReports } from '../manifestClaims.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** An address of a cluster leads to one service. */
export const rule: ManifestRule = {
  summary: 'No two services are exposed at the same host and path of a cluster.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    claimReports(context, 'address', (claim, rival) => ({
      message: `\`${claim.what}\` in \`${claim.environment}\` also leads to \`${rival.service.id}\` (\`${rival.environment}\`): which one answers is up to the controller. Give one of them another \`host\` or \`path\`.`,
    })),
};
