import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** A way in from outside has a name to come in by. */
export const rule: ManifestRule = {
  summary: '`expose.type: Ingress` names its `host`, `Gateway` its `host` and its `gateway`.',
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
      const needed = text === 'Gateway' ? ['host', 'gateway'] : ['host'];
      const missing = needed.filter((key) => !textAt(tree, 'expose', key)).map((key) => `\`expose.${key}\``);
      if (missing.length === 0) return [];
      return [{ range: type.range, message: `${text} needs ${missing.join(' and ')}: without it no request finds the service.` }];
    }),
};
