import { currentReference } from '../../dockerfile/catalogue.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** No version is used that the standards took back. */
export const rule: DockerfileRule = {
  summary: 'No image is used in a version that the standards have revoked.',
  severity: 'error',
  aliases: [],
  fixable: true,
  check(context) {
    return context.images().flatMap((used) => {
      const { match } = used;
      const revoked = match?.pinned?.revokedFor;
      if (!match || revoked === undefined) return [];
      const { image, pinned } = match;
      const current = image.current && image.current !== pinned ? image.current : undefined;
      const advice = current ? ` Use the current version \`${current.tag}\`.` : '';
      return [
        {
          range: context.range(used),
          message: `\`${image.name}\` ${pinned?.tag} was revoked for ${revoked}: what is built on it has the same flaw.${advice}`,
          related: [{ location: image.location, message: `\`${image.name}\` in the standards` }],
          fixes: current && used.variables.length === 0 ? [replacement(context, used, currentReference(image), `Use ${current.tag}`)] : [],
        },
      ];
    });
  },
};
