import { itemsAt, textAt, textsAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { withoutItem } from '../manifestEdits.ts';

/** A waiver without a finding hides the next one. */
export const rule: ManifestRule = {
  summary: 'Waivers are about findings that are there.',
  severity: 'info',
  aliases: [],
  fixable: true,
  on: ['standards'],
  check({ yaml, workspace, names, waiversInUse }) {
    const waivers = itemsAt(yaml.root, 'waivers').filter((waiver) => {
      const known = textsAt(waiver, 'rules').some((name) => names.rulesOf(name).length > 0);
      return known && (textAt(waiver, 'expires') ?? '') >= workspace.today;
    });
    // Standards may be written far from the services that they are for.
    const judged = [...workspace.files.values()].some(({ kind }) => kind === 'dockerfile');
    if (waivers.length === 0 || !judged || !waiversInUse) return [];
    const used = waiversInUse();
    return waivers.flatMap((waiver) => {
      const id = valueAt(waiver, 'id');
      const name = textAt(id) ?? '';
      if (!id || used.has(name)) return [];
      const edit = withoutItem(yaml, waiver);
      return [
        {
          range: id.range,
          message: `No file in this workspace has a finding that the waiver \`${name}\` is about. Remove it before it hides the next one.`,
          tags: ['unnecessary'] as const,
          fixes: edit ? [{ title: `Remove the waiver \`${name}\``, edits: [edit], preview: true }] : [],
        },
      ];
    });
  },
};
