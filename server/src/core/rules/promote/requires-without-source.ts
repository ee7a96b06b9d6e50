import { entryOf, itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, withoutEntry } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** What a release must have gone through stands on where it comes from. */
export const rule: ManifestRule = {
  summary: '`promote.requires` stands with `promote.from`: an environment that takes builds directly has nothing to wait for.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['environments'],
  check: ({ yaml }) =>
    itemsAt(yaml.root, 'environments').flatMap((item): readonly Report[] => {
      const promote = valueAt(item, 'promote');
      const entry = entryOf(promote, 'requires');
      if (promote?.kind !== 'map' || entry?.value.kind !== 'map' || itemsAt(promote, 'from').length > 0) return [];
      const asked = entry.value.entries.filter(({ key }) => key === 'soak' || key === 'verified');
      if (asked.length === 0) return [];
      return asked.map(({ key, keyRange }) => ({
        range: keyRange,
        message: `\`${textAt(item, 'name')}\` takes builds directly (\`promote.from\` is empty): no environment before it can make a release \`${key}\`. Name one, or remove this.`,
        fixes: asked.length === 1 ? fixOf('Remove `requires`', withoutEntry(yaml, promote, entry), true) : [],
      }));
    }),
};
