import { suggest } from '../../text/suggest.ts';
import { itemsAt, numberAt, type ScalarNode, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** Probes, `expose`, checks and registrations name ports that `ports` has. */
export const rule: ManifestRule = {
  summary: 'A port that is named is one of `ports`, in every environment.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const names = itemsAt(tree, 'ports').flatMap((port) => textAt(port, 'name') ?? []);
      return places(tree).flatMap((node) => (node?.kind === 'scalar' ? judge(node, names) : []));
    }),
};

/** Where a manifest names a port. */
function places(tree: YamlNode): readonly (YamlNode | undefined)[] {
  return [
    ...['startup', 'readiness', 'liveness'].flatMap((probe) => [
      valueAt(tree, 'health', probe, 'http', 'port'),
      valueAt(tree, 'health', probe, 'tcp', 'port'),
    ]),
    ...itemsAt(tree, 'expose', 'ports'),
    valueAt(tree, 'registration', 'etcd', 'port'),
    ...itemsAt(tree, 'verify').map((item) => valueAt(item, 'http', 'port')),
  ];
}

function judge(node: ScalarNode, names: readonly string[]): readonly Report[] {
  const text = textAt(node);
  // A number is a port of the container whether `ports` names it or not.
  if (text === undefined || text.includes('$') || numberAt(node) !== undefined || names.includes(text)) return [];
  const near = suggest(text, names) ?? (names.length === 1 ? names[0] : undefined);
  const known = names.length === 0 ? ' There is no `ports` at all.' : ` There is ${names.map((name) => `\`${name}\``).join(', ')}.`;
  return [
    {
      range: node.range,
      message: `There is no port \`${text}\` in \`ports\`.${known}`,
      fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: node.range, text: near }] }] : [],
    },
  ];
}
