import { baseImage } from '../baseImage.ts';
import type { DockerfileRule } from '../context.ts';

/** What is built into the image does not stand on a builder image. */
export const rule: DockerfileRule = {
  summary: 'The stage that is shipped does not stand on a builder image.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  check(context) {
    const base = baseImage(context);
    const image = base?.match?.image;
    if (!base || image?.layer !== 'builder' || context.registered?.layer === 'builder') return [];
    // Of an application or a base image, base/wrong-layer says it, as an error.
    if (context.layer === 'app' || context.layer === 'base') return [];
    return [
      {
        range: context.range(base.written),
        message: `\`${image.name}\` is a builder image: compilers and their caches would be shipped. Copy what was built into a stage on a base image.`,
        related: [{ location: image.location, message: `\`${image.name}\` in the standards` }],
      },
    ];
  },
};
