import { claimReports } from '../manifestClaims.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** In host mode a fixed port of the machines belongs to one service. */
export const rule: ManifestRule = {
  summary: 'No two services in host mode take the same fixed port of the same machines.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    claimReports(context, 'hostPort', (claim, rival) => ({
      message: `In \`${claim.environment}\` the service is in host mode, and port ${claim.what} of the same machines also belongs to \`${rival.service.id}\`. Take another port, or \`port: auto\` with a \`range\`.`,
    })),
};
