import { cpuCores, memoryBytes } from '../../service/amounts.ts';
import { numberAt, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { environmentNode } from '../environmentNodes.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { type Deployed, perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** Amounts that a quota may bound, by their place in a manifest. */
const amounts = [
  { quota: 'requests.cpu', path: ['requests', 'cpu'], read: cpuCores },
  { quota: 'requests.memory', path: ['requests', 'memory'], read: memoryBytes },
  { quota: 'limits.cpu', path: ['limits', 'cpu'], read: cpuCores },
  { quota: 'limits.memory', path: ['limits', 'memory'], read: memoryBytes },
] as const;

/** A namespace has room for the service, and knows what it will take (Kubernetes, "Resource Quotas"). */
export const rule: ManifestRule = {
  summary: 'A service states what the quota of a namespace counts, and fits into it, a rollout included.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) => perEnvironment(context, (deployed) => judge(context, deployed)),
};

function judge(context: ManifestContext, deployed: Deployed): readonly Report[] {
  const { tree, environment } = deployed;
  const quota = valueAt(environmentNode(context, environment?.name), 'isolation', 'quota');
  if (!environment || !quota || !('namespace' in environment.target)) return [];
  const uri = context.environments?.uri ?? '';
  const pods = instances(tree);
  const place = valueAt(tree, 'scale', 'auto', 'max') ?? valueAt(tree, 'scale', 'replicas');
  const related = (node: YamlNode, name: string) => [
    { location: { uri, range: node.range }, message: `\`quota.${name}: ${textAt(node)}\`` },
  ];
  const perPod = amounts.flatMap(({ quota: name, path, read }): readonly Report[] => {
    const most = valueAt(quota, name);
    const limit = most && read(textAt(most) ?? '');
    if (!most || limit === undefined) return [];
    const node = valueAt(tree, 'resources', ...path);
    // A limit stands for a request that is not there.
    const stated = node ?? (path[0] === 'requests' ? valueAt(tree, 'resources', 'limits', path[1]) : undefined);
    const fallback = valueAt(tree, 'resources')?.range ?? context.service?.nameRange;
    if (!stated) {
      return fallback
        ? [
            {
              range: fallback,
              message: `The quota of the namespace counts \`${name}\`, and \`resources.${name}\` is not set: the cluster refuses every pod that does not say.`,
              severity: 'warning',
              related: related(most, name),
            },
          ]
        : [];
    }
    const wanted = (read(textAt(stated) ?? '') ?? 0) * pods;
    if (wanted <= limit) return [];
    return [
      {
        range: stated.range,
        message: `${pods} instances (one more during a rollout) of ${textAt(stated)} are more than the whole namespace may have (${textAt(most)}): the last ones never start.`,
        related: related(most, name),
      },
    ];
  });
  const most = numberAt(quota, 'pods') ?? Number(textAt(quota, 'pods') ?? Number.NaN);
  const count = valueAt(quota, 'pods');
  if (!count || !place || Number.isNaN(most) || pods <= most) return perPod;
  return [
    ...perPod,
    { range: place.range, message: `${pods} instances, and the namespace may have ${most} pods.`, related: related(count, 'pods') },
  ];
}

/** At the peak of a rollout, when the autoscaler wants the most. */
function instances(tree: YamlNode): number {
  const surge = textAt(tree, 'rollout', 'strategy') === 'recreate' ? 0 : (numberAt(tree, 'rollout', 'maxSurge') ?? 1);
  return (numberAt(tree, 'scale', 'auto', 'max') ?? numberAt(tree, 'scale', 'replicas') ?? 1) + surge;
}
