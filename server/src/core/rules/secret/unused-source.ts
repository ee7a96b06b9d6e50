import { entriesAt, itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, withoutItem } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** A source of a secret has someone who reads it. */
export const rule: ManifestRule = {
  summary: 'A source in `secrets` of an environment is for a secret that a service refers to.',
  severity: 'hint',
  aliases: [],
  fixable: true,
  on: ['environments'],
  check({ yaml, workspace, environments }) {
    const product = environments?.product;
    const services = workspace.services.filter((service) => service.product === product);
    // Without services here nothing is known of what they read.
    if (services.length === 0) return [];
    return itemsAt(yaml.root, 'environments').flatMap((item) => {
      const sources = itemsAt(item, 'secrets');
      if (sources.length === 0) return [];
      const name = textAt(item, 'name') ?? '';
      const used = new Set(
        services.flatMap((service) =>
          entriesAt(workspace.merged(service, name), 'env').map(
            ({ value }) => `${textAt(value, 'secret', 'name')}/${textAt(value, 'secret', 'key')}`,
          ),
        ),
      );
      return sources.flatMap((source): readonly Report[] => {
        const place = valueAt(source, 'name');
        const id = `${textAt(source, 'name')}/${textAt(source, 'key')}`;
        if (!place || used.has(id)) return [];
        return [
          {
            range: place.range,
            message: `No service of \`${product}\` in this workspace refers to \`${id}\`.`,
            tags: ['unnecessary'],
            fixes: fixOf('Remove this source', withoutItem(yaml, source), true),
          },
        ];
      });
    });
  },
};
