import { valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** A name of standards means one file. */
export const rule: ManifestRule = {
  summary: 'No two standards in a workspace have the same name.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['standards'],
  check({ workspace, uri, yaml }) {
    const own = workspace.standards.find((standards) => standards.uri === uri);
    const twin = own?.name ? workspace.standards.find((standards) => standards.uri !== uri && standards.name === own.name) : undefined;
    const place = valueAt(yaml.root, 'metadata', 'name');
    if (!own || !twin || !place) return [];
    const other = valueAt(workspace.yaml(twin.uri)?.root, 'metadata', 'name');
    return [
      {
        range: place.range,
        message: `The standards \`${own.name}\` are defined twice in this workspace: services could not tell which judge them. Rename or remove one.`,
        related: other ? [{ location: { uri: twin.uri, range: other.range }, message: 'The other definition' }] : [],
      },
    ];
  },
};
