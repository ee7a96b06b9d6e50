import { valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** The environments of a product are one file. */
export const rule: ManifestRule = {
  summary: 'A product has its environments in one file.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['environments'],
  check({ environments, uri, workspace, yaml }) {
    if (!environments?.product || environments.uri !== uri) return [];
    const twin = workspace.environments.find((other) => other.uri !== uri && other.product === environments.product);
    const place = valueAt(yaml.root, 'metadata', 'product');
    if (!twin || !place) return [];
    return [
      {
        range: place.range,
        message: `The environments of \`${environments.product}\` are in two files of this workspace: a service could not tell which are its own. Join them, or remove one.`,
        related: [{ location: { uri: twin.uri, range: twin.productRange }, message: 'The other file' }],
      },
    ];
  },
};
