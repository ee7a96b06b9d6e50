import { entryOf, valueAt } from '../../yaml/tree.ts';
import { atEnvironment } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** Nothing on plain machines starts instances by itself. */
export const rule: ManifestRule = {
  summary: '`scale.auto` and `scale.schedule` stand where a cluster can follow them.',
  severity: 'info',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree, environment } = deployed;
      if (!environment || !('hosts' in environment.target)) return [];
      return ['auto', 'schedule'].flatMap((key) => {
        const entry = entryOf(valueAt(tree, 'scale'), key);
        if (!entry) return [];
        return [
          {
            range: entry.keyRange,
            message: `Nothing on these machines follows \`scale.${key}\`: \`scale.replicas\` is what runs.`,
            related: atEnvironment(deployed, 'Docker hosts'),
          },
        ];
      });
    }),
};
