import { durationSeconds } from '../../service/amounts.ts';
import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { setValue } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** One late heartbeat must not take an instance out of the proxy. */
export const rule: ManifestRule = {
  summary: 'The lease of a registration lasts for two heartbeats at least.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const etcd = valueAt(tree, 'registration', 'etcd');
      const ttlNode = valueAt(etcd, 'ttl');
      const heartbeatNode = valueAt(etcd, 'heartbeat');
      const place = heartbeatNode ?? ttlNode;
      const ttl = durationSeconds(textAt(ttlNode) ?? '30s');
      const heartbeat = durationSeconds(textAt(heartbeatNode) ?? '10s');
      // A lease that is none is reported by another rule.
      if (!place || ttl === undefined || heartbeat === undefined || ttl < 1 || ttl >= 2 * heartbeat) return [];
      const wanted = `${Math.max(1, Math.floor(ttl / 3))}s`;
      const edit = heartbeatNode
        ? { range: heartbeatNode.range, text: wanted }
        : setValue(context.yaml, ['registration', 'etcd', 'heartbeat'], wanted);
      const late = ttl <= heartbeat ? 'the key ends before it is renewed' : 'one late heartbeat ends it';
      return [
        {
          range: place.range,
          message: `The key lasts ${textAt(ttlNode) ?? '30s'} and is renewed every ${textAt(heartbeatNode) ?? '10s'}: ${late}, and the proxy drops a healthy instance. Renew it three times as often as it ends.`,
          severity: ttl <= heartbeat ? 'error' : 'warning',
          fixes: edit && ttl >= 2 ? [{ title: `Renew every ${wanted}`, edits: [edit] }] : [],
        },
      ];
    }),
};
