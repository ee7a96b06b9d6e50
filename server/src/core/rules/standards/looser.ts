import { loosened } from '../../standards/loosened.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** Who extends standards may be stricter, and looser only where they say so. */
export const rule: ManifestRule = {
  summary: 'Standards are not looser than those that they extend, except where these say `overridable: true`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['standards'],
  check({ parentStandards, yaml }) {
    if (!parentStandards || !yaml.root) return [];
    const { root } = yaml;
    return parentStandards().flatMap((parent) =>
      loosened(parent, root).map(({ node, what, holds, name, replacement, place }) => ({
        range: node.range,
        message: `${what} in \`${parent.name}\`, and standards that extend it may only be stricter: ${holds}. Remove this, or have \`${parent.name}\` say \`overridable: true\` for \`${name}\`.`,
        related: place ? [{ location: place, message: `\`${parent.name}\` demands it` }] : [],
        fixes:
          replacement === undefined ? [] : [{ title: `Change to \`${replacement}\``, edits: [{ range: node.range, text: replacement }] }],
      })),
    );
  },
};
