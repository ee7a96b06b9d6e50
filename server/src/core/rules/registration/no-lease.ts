import { durationSeconds } from '../../service/amounts.ts';
import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** A key without a lease stays when the instance is gone. */
export const rule: ManifestRule = {
  summary: 'A registration has a lease that ends, and a heartbeat that renews it.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) =>
      (['ttl', 'heartbeat'] as const).flatMap((key) => {
        const node = valueAt(tree, 'registration', 'etcd', key);
        const seconds = durationSeconds(textAt(node) ?? '');
        if (!node || seconds === undefined || seconds >= 1) return [];
        const message =
          key === 'ttl'
            ? 'A lease shorter than a second is none: keys of instances that died stay, and the proxy sends them requests. The usual is `30s`.'
            : 'A heartbeat more often than every second is a load on etcd for nothing. The usual is `10s`.';
        return [{ range: node.range, message, fixes: replaced(node, key === 'ttl' ? '30s' : '10s') }];
      }),
    ),
};
