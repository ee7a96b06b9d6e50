import { promotionCycle } from '../../environments/order.ts';
import { itemsAt, textAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, withoutEntry } from '../manifestEdits.ts';

/** Components have an order in which they can be installed. */
export const rule: ManifestRule = {
  summary: '`after` of the components forms no circle.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['standards'],
  check({ standards, uri, yaml }) {
    const cycle = standards && promotionCycle(standards.components, (component) => component.after ?? []);
    const [first] = (cycle ?? []).filter((component) => component.location.uri === uri);
    if (!cycle || !first) return [];
    const start = cycle.indexOf(first);
    const names = [...cycle.slice(start), ...cycle.slice(0, start), first].map((component) => `\`${component.name}\``);
    const item = itemsAt(yaml.root, 'components').find((candidate) => textAt(candidate, 'name') === first.name);
    const entry = item?.kind === 'map' ? item.entries.find(({ key }) => key === 'after') : undefined;
    return [
      {
        range: first.location.range,
        message: `${names.join(' comes after ')}: none of them could be installed first. Remove one \`after\`.`,
        fixes: item?.kind === 'map' && entry ? fixOf(`Remove \`after\` of \`${first.name}\``, withoutEntry(yaml, item, entry), true) : [],
      },
    ];
  },
};
