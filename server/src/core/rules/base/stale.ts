import { currentReference } from '../../dockerfile/catalogue.ts';
import { newerThan } from '../../dockerfile/newerVersion.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** FROM stands on the current version of its line of images. */
export const rule: DockerfileRule = {
  summary: 'Images are used in the current version of their line.',
  severity: 'info',
  aliases: [],
  fixable: true,
  check(context) {
    return context.images().flatMap((used) => {
      const newer = used.resolved === undefined ? undefined : newerThan(used.match, used.resolved);
      if (!newer) return [];
      const { image, current, known } = newer;
      const fix = replacement(context, used, currentReference(image), `Update to ${current.tag}`);
      return [
        {
          range: context.range(used),
          message: `${known ? 'A newer version' : 'Another version'} of \`${image.name}\` is current: \`${current.tag}\`. Patches reach the image only by a new build on it.`,
          related: [{ location: image.location, message: `\`${image.name}\` in the standards` }],
          fixes: used.variables.length === 0 ? [known ? fix : { ...fix, preview: true }] : [],
        },
      ];
    });
  },
};
