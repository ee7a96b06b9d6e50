import { suggest } from '../../text/suggest.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** The standards that a service names are there to judge it. */
export const rule: ManifestRule = {
  summary: 'The standards that a manifest names are in the workspace.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check({ service, workspace }) {
    const named = service?.standards;
    if (!named || workspace.standardsByName(named.text)) return [];
    const known = workspace.standards.map((standards) => standards.name).filter((name) => name !== '');
    const near = suggest(named.text, known);
    const hint = near ? ` Did you mean \`${near}\`?` : ' Add the folder that holds them to the workspace, or correct the name.';
    return [
      {
        range: named.range,
        message: `There are no standards \`${named.text}\` in this workspace, so the rules that need them are off.${hint}`,
        fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: named.range, text: near }] }] : [],
      },
    ];
  },
};
