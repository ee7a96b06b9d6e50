import { suggest } from '../../text/suggest.ts';
import { valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** A service is deployed to the environments of its product: there should be some. */
export const rule: ManifestRule = {
  summary: 'The product of a manifest has an environments file in the workspace.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check({ service, workspace, yaml }) {
    const known = [...new Set(workspace.environments.map((file) => file.product))].filter((product) => product !== '');
    const place = valueAt(yaml.root, 'metadata', 'product');
    if (!service?.product || !place || known.length === 0 || known.includes(service.product)) return [];
    const near = suggest(service.product, known);
    const hint = near ? `Did you mean \`${near}\`?` : `Products with environments are ${known.map((name) => `\`${name}\``).join(', ')}.`;
    return [
      {
        range: place.range,
        message: `No environments file is for the product \`${service.product}\`: this service can be built, and deployed nowhere. ${hint}`,
        fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: place.range, text: near }], preview: true }] : [],
      },
    ];
  },
};
