import { booleanAt, itemsAt, textAt, textsAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { addEntry, fixOf } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** What must have been verified is verified somewhere without a person who remembers to. */
export const rule: ManifestRule = {
  summary: 'An environment that takes only verified releases takes them from where something verifies them.',
  severity: 'info',
  aliases: [],
  fixable: true,
  on: ['environments'],
  check({ yaml, uri, workspace, environments: file }) {
    // A service that has checks of its own can be verified by hand.
    if (workspace.services.some(({ product, root }) => product === file?.product && itemsAt(root, 'verify').length > 0)) return [];
    const environments = itemsAt(yaml.root, 'environments');
    return environments.flatMap((item): readonly Report[] => {
      const verified = valueAt(item, 'promote', 'requires', 'verified');
      const sources = environments.filter((other) => textsAt(item, 'promote', 'from').includes(textAt(other, 'name') ?? ''));
      const first = sources[0];
      if (!verified || booleanAt(verified) !== true || first?.kind !== 'map') return [];
      if (sources.some((source) => booleanAt(source, 'verify', 'onDeploy') === true)) return [];
      const name = textAt(first, 'name');
      return [
        {
          range: verified.range,
          message: `Only verified releases come here, and \`${name}\` verifies none by itself: someone has to start it for each release.`,
          related: [
            { location: { uri, range: (valueAt(first, 'name') ?? first).range }, message: `\`${name}\` has no \`verify.onDeploy\`` },
          ],
          fixes: valueAt(first, 'verify')
            ? []
            : fixOf(`Verify in \`${name}\``, addEntry(yaml, first, 'verify', '{ onDeploy: true }'), true),
        },
      ];
    });
  },
};
