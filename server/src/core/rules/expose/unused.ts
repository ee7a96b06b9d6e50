import { itemsAt, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { withoutSetting } from '../environmentNodes.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { fixOf, withoutEntry } from '../manifestEdits.ts';
import { type Deployed, everywhere } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** What says how requests come in belongs to the way that was chosen. */
export const rule: ManifestRule = {
  summary: '`host`, `path`, `gateway` and `nodePort` are set where `expose.type` uses them, in one environment at least.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) => everywhere(context, (deployed) => [...names(context, deployed), ...nodePorts(context, deployed)]),
};

function names(context: ManifestContext, { tree }: Deployed): readonly Report[] {
  const type = textAt(tree, 'expose', 'type') ?? 'ClusterIP';
  const used = type === 'Gateway' ? ['host', 'path', 'gateway'] : type === 'Ingress' ? ['host', 'path'] : [];
  return ['host', 'path', 'gateway'].flatMap((key) => {
    const node = valueAt(tree, 'expose', key);
    if (!node || used.includes(key)) return [];
    const wanted = key === 'gateway' ? '`Gateway`' : '`Ingress` or `Gateway`';
    return [unused(node, `\`expose.${key}\` counts for ${wanted}; the type is \`${type}\`.`, removal(context, `expose.${key}`, node))];
  });
}

function nodePorts({ yaml }: ManifestContext, { tree, environment }: Deployed): readonly Report[] {
  const type = textAt(tree, 'expose', 'type') ?? 'ClusterIP';
  // On machines of their own a `nodePort` is published whatever the type is; in host mode another rule speaks.
  if (!environment || !('namespace' in environment.target) || type === 'NodePort' || textAt(tree, 'network', 'mode') === 'host') return [];
  return itemsAt(tree, 'ports').flatMap((port) => {
    const entry = port.kind === 'map' ? port.entries.find(({ key }) => key === 'nodePort') : undefined;
    if (!entry || port.kind !== 'map') return [];
    const fixes = fixOf('Remove `nodePort`', withoutEntry(yaml, port, entry));
    return [unused(entry.value, `\`nodePort\` counts for \`expose.type: NodePort\`; the type is \`${type}\`.`, fixes)];
  });
}

function removal(context: ManifestContext, path: string, node: YamlNode): NonNullable<Report['fixes']> {
  return fixOf(`Remove \`${path}\``, withoutSetting(context, path, node));
}

function unused(node: YamlNode, message: string, fixes: NonNullable<Report['fixes']>): Report {
  return { range: node.range, message: `${message} It has no effect.`, tags: ['unnecessary'], fixes };
}
