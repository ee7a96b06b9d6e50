import { textsAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { policyDemand } from '../manifestPolicy.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** Host mode is for the services that the standards name by a tag. */
export const rule: ManifestRule = {
  summary: 'Only services with a tag that the standards name run in host mode.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const allowed = context.standards?.policy.hostModeAllowedFor;
    const tags = textsAt(context.yaml.root, 'metadata', 'tags');
    if (!allowed || tags.some((tag) => allowed.includes(tag))) return [];
    return perEnvironment(context, ({ tree }) => {
      const mode = valueAt(tree, 'network', 'mode');
      if (mode?.kind !== 'scalar' || mode.value !== 'host') return [];
      const names = allowed.map((tag) => `\`${tag}\``).join(', ');
      return [
        {
          range: mode.range,
          message: `Host mode is ${allowed.length > 0 ? `for services with the tag ${names} alone` : 'not allowed by the standards'}: the container sees and takes all ports of the machine.`,
          related: policyDemand(context, 'network.hostModeAllowedFor'),
          fixes: [{ title: 'Change to `bridge`', edits: [{ range: mode.range, text: 'bridge' }], preview: true }],
        },
      ];
    });
  },
};
