import { lineSpan } from '../../dockerfile/lineSpan.ts';
import { shippedInstructions } from '../baseImage.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** Kubernetes does not look at HEALTHCHECK: probes stand in the manifest. */
export const rule: DockerfileRule = {
  summary: 'An image that goes to Kubernetes has its probes in the manifest, not in HEALTHCHECK.',
  severity: 'info',
  aliases: [],
  fixable: true,
  needs: ['HEALTHCHECK'],
  check(context) {
    const { manifest } = context;
    const platforms = manifest?.platforms ?? [];
    if (!platforms.includes('kubernetes')) return [];
    // On Docker hosts it is the fallback for a manifest without probes.
    const elsewhere = platforms.some((platform) => platform !== 'kubernetes');
    if (manifest?.probes && elsewhere) return [];
    return shippedInstructions(context).flatMap((instruction) => {
      if (instruction.kind !== 'HEALTHCHECK' || instruction.words[0]?.value.toUpperCase() === 'NONE') return [];
      const advice = manifest?.probes
        ? 'The manifest has probes: remove it.'
        : 'Write it as `health:` in waybill.yaml, which holds on every platform.';
      return [
        {
          range: context.range(instruction.keyword),
          message: `Kubernetes ignores HEALTHCHECK, so nothing watches this service there. ${advice}`,
          fixes: manifest?.probes ? [replacement(context, lineSpan(context.file.text, instruction), '', 'Remove HEALTHCHECK', true)] : [],
          ...(manifest?.probes ? { tags: ['unnecessary' as const] } : {}),
        },
      ];
    });
  },
};
