import type { ServiceManifest } from '../../service/parse.ts';
import { itemsAt, textAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, withoutItem } from '../manifestEdits.ts';

/** Services that are deployed together have an order. */
export const rule: ManifestRule = {
  summary: '`dependsOn` of the services of a product forms no circle.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check({ service, workspace, yaml }) {
    if (!service?.name || service.dependsOn.length === 0) return [];
    const byName = (name: string) => workspace.services.find((other) => other.name === name && other.product === service.product);
    return service.dependsOn.flatMap(({ text, range }) => {
      const way = wayBack(text, service.name, byName);
      if (!way) return [];
      const last = byName(way.at(-1) ?? '');
      const back = last?.dependsOn.find((other) => other.text === service.name);
      const item = itemsAt(yaml.root, 'dependsOn').find((node) => textAt(node) === text);
      const message =
        text === service.name
          ? 'The service waits for itself.'
          : `\`${service.name}\` waits for ${way.map((name) => `\`${name}\``).join(', that for ')}, and that for \`${service.name}\`: none of them can be deployed first.`;
      return [
        {
          range,
          message,
          related:
            last && back && last !== service
              ? [{ location: { uri: last.uri, range: back.range }, message: `\`${last.name}\` waits for \`${service.name}\`` }]
              : [],
          fixes: text === service.name && item ? fixOf(`Remove \`${text}\``, withoutItem(yaml, item)) : [],
        },
      ];
    });
  },
};

/** The names on the way from a service to one that waits for `goal`. */
function wayBack(from: string, goal: string, byName: (name: string) => ServiceManifest | undefined): readonly string[] | undefined {
  if (from === goal) return [from];
  const before = new Map<string, string | undefined>([[from, undefined]]);
  const open = [from];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    for (const { text } of byName(name)?.dependsOn ?? []) {
      if (text === goal) return pathTo(name, before);
      if (before.has(text)) continue;
      before.set(text, name);
      open.push(text);
    }
  }
  return undefined;
}

function pathTo(name: string, before: ReadonlyMap<string, string | undefined>): readonly string[] {
  const path: string[] = [];
  for (let at: string | undefined = name; at !== undefined; at = before.get(at)) path.unshift(at);
  return path;
}
