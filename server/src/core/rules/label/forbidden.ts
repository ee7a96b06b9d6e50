import { wildcardMatches } from '../../dockerfile/registryHost.ts';
import { demandedBy, shippedInstructions } from '../baseImage.ts';
import type { DockerfileRule } from '../context.ts';
import { removedPair } from '../pairs.ts';

/** The image carries no label that the standards forbid. */
export const rule: DockerfileRule = {
  summary: 'The image carries no label that the standards forbid.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['LABEL'],
  check(context) {
    const forbidden = context.standards?.forbiddenLabels ?? [];
    if (forbidden.length === 0) return [];
    return shippedInstructions(context).flatMap((instruction) => {
      if (instruction.kind !== 'LABEL') return [];
      return instruction.pairs
        .filter(({ name }) => forbidden.some((pattern) => wildcardMatches(pattern, name.value)))
        .map((pair) => ({
          range: context.range(pair.name),
          message: `The standards forbid the label \`${pair.name.value}\`. Remove it.`,
          // A label does nothing at run time.
          fixes: [removedPair(context, instruction, pair, false)],
          related: demandedBy(context, 'labels.forbidden'),
          tags: ['unnecessary' as const],
        }));
    });
  },
};
