import { pinnedReference } from '../../dockerfile/catalogue.ts';
import { imageAlias } from '../../dockerfile/imageAlias.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** A registered image is called by its registered address. */
export const rule: DockerfileRule = {
  summary: 'Images of the standards are named by their own address, not by that of a copy.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  check(context) {
    return context.images().flatMap((used) => {
      const alias = used.resolved === undefined || used.match ? undefined : imageAlias(context.standards, used.resolved);
      if (!alias) return [];
      const { image, pinned, same } = alias;
      const target = pinned ?? image.current;
      const fix = replacement(
        context,
        used,
        pinnedReference(image.repository, target),
        `Use ${image.repository}${target ? `:${target.tag}` : ''}`,
      );
      const what = same ? `is \`${image.name}\` by its digest` : `looks like \`${image.name}\``;
      return [
        {
          range: context.range(used.repositorySpan),
          message: `\`${used.repository}\` ${what}, but from another address: revocations and patches are announced for \`${image.repository}\`.`,
          related: [{ location: image.location, message: `\`${image.name}\` in the standards` }],
          // The same digest is the same image; a path alone proves nothing.
          fixes: used.variables.length === 0 ? [same ? fix : { ...fix, preview: true }] : [],
        },
      ];
    });
  },
};
