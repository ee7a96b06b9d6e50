import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** A way in from outside has a name to come in by. */
export const rule: ManifestRule = {
  summary: '`expose.type: Ingress` and `Gateway` have a `host`.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree, environment }) => {
      const type = valueAt(tree, 'expose', 'type');
      const text = textAt(type);
      if (!type || (text !== 'Ingress' && text !== 'Gateway')) return [];
      if (environment && !('namespace' in environment.target)) return [];
      if (textAt(tree, 'expose', 'host')) return [];
      return [{ range: type.range, message: `${text} needs \`expose.host\`: without it no request finds the service.` }];
    }),
};
