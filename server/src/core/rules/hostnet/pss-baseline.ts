import { textAt, valueAt } from '../../yaml/tree.ts';
import { atEnvironment, environmentNode, setHere } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** Pod Security Standards, "Baseline": host namespaces are disallowed. */
export const rule: ManifestRule = {
  summary: 'Host mode is not used in a namespace whose `isolation.podSecurity` is `baseline` or `restricted`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree, environment } = deployed;
      const mode = valueAt(tree, 'network', 'mode');
      const level = textAt(environmentNode(context, environment?.name), 'isolation', 'podSecurity');
      if (!mode || textAt(mode) !== 'host' || (level !== 'baseline' && level !== 'restricted')) return [];
      return [
        {
          range: mode.range,
          message: `The namespace is \`${level}\`: it refuses pods in host mode, and the rollout never starts one.`,
          related: atEnvironment(deployed, `\`isolation.podSecurity: ${level}\``),
          fixes: setHere(context, deployed, ['network', 'mode'], 'bridge', `Use \`bridge\` in \`${environment?.name}\``),
        },
      ];
    }),
};
