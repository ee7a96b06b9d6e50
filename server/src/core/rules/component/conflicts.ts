import { imagesWithComponents } from '../componentUses.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** What cannot stand beside each other is not in one image. */
export const rule: ManifestRule = {
  summary: 'No base image has two components that exclude each other.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['standards'],
  check: (context) =>
    imagesWithComponents(context).flatMap((image) =>
      image.uses.flatMap((use, i) => {
        const rival = image.uses
          .slice(0, i)
          .find((other) => other.component?.conflicts?.includes(use.name) || use.component?.conflicts?.includes(other.name));
        if (!rival) return [];
        return [
          {
            range: use.place.range,
            message: `\`${use.name}\` and \`${rival.name}\` exclude each other, and \`${image.name}\` has both: remove one.`,
            related: [{ location: { uri: context.uri, range: rival.place.range }, message: `\`${rival.name}\` is here` }],
          },
        ];
      }),
    ),
};
