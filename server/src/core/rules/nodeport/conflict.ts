import { comparePositions } from '../../text/edits.ts';
import { claimReports, nextFree } from '../manifestClaims.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** A node port belongs to one service of a cluster. */
export const rule: ManifestRule = {
  summary: 'No two services take the same `nodePort` of a cluster.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    claimReports(context, 'nodePort', (claim, rival) => {
      // The first by name keeps it: repairing both would make them meet again.
      const keeps =
        claim.service.id < rival.service.id ||
        (claim.service === rival.service && comparePositions(claim.range.start, rival.range.start) < 0);
      const free = keeps ? undefined : nextFree(context, 'nodePort', Number(claim.what), 32767);
      return {
        message: `The node port ${claim.what} of the cluster of \`${claim.environment}\` also belongs to \`${rival.service.id}\`: the second one is refused by the cluster.`,
        fixes: free === undefined ? [] : [{ title: `Take ${free}`, edits: [{ range: claim.range, text: String(free) }], preview: true }],
      };
    }),
};
