import { didYouMean, suggest } from '../../text/suggest.ts';
import { itemsAt, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** Every environment that a manifest or a promotion names exists in the environments file of its product. */
export const rule: ManifestRule = {
  summary: 'Overrides and promotions name environments that the environments file defines.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service', 'environments'],
  check(context) {
    return context.kind === 'service' ? overrides(context) : promotions(context);
  },
};

function overrides({ service, environments }: ManifestContext): readonly Report[] {
  if (!service || !environments || environments.product !== service.product) return [];
  const known = environments.environments.map((environment) => environment.name);
  const written = new Set(service.overrides.map((entry) => entry.key));
  return service.overrides
    .filter((entry) => !known.includes(entry.key))
    .map((entry) => ({
      ...report(
        entry.key,
        entry.keyRange,
        known,
        known.filter((name) => !written.has(name)),
      ),
      related: [
        { location: { uri: environments.uri, range: environments.productRange }, message: `The environments of \`${service.product}\`` },
      ],
    }));
}

function promotions({ yaml }: ManifestContext): readonly Report[] {
  const items = itemsAt(yaml.root, 'environments');
  const known = items.flatMap((item) => textAt(item, 'name') ?? []);
  return items.flatMap((item) => {
    const own = textAt(item, 'name');
    const others = known.filter((name) => name !== own);
    const mirrored = valueAt(item, 'mirrors');
    const named: readonly YamlNode[] = [...itemsAt(item, 'promote', 'from'), ...(mirrored ? [mirrored] : [])];
    return named.flatMap((node) => {
      const name = textAt(node);
      return name === undefined || known.includes(name) ? [] : [report(name, node.range, others, others)];
    });
  });
}

function report(name: string, range: Report['range'], known: readonly string[], offered: readonly string[]): Report {
  const near = suggest(name, offered);
  const hint = didYouMean(name, offered) || (known.length > 0 ? ` Known are ${known.map((item) => `\`${item}\``).join(', ')}.` : '');
  return {
    range,
    message: `There is no environment \`${name}\`.${hint}`,
    fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range, text: near }] }] : [],
  };
}
