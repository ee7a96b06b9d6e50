import { currentReference } from '../../dockerfile/catalogue.ts';
import { imageAlias } from '../../dockerfile/imageAlias.ts';
import { nearestImages } from '../../dockerfile/nearest.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** Stages that only build stand on images of the standards as well. */
export const rule: DockerfileRule = {
  summary: 'Builder stages stand on images of the standards, when these list builder images.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['stages'],
  check(context) {
    const { standards, layer } = context;
    const builders = standards?.images.filter((image) => image.layer === 'builder' && !image.deprecated) ?? [];
    if (!standards || (layer !== 'app' && layer !== 'base') || builders.length === 0) return [];
    return context.images().flatMap((used) => {
      const { resolved } = used;
      if (used.place !== 'FROM' || resolved === undefined || context.chain.includes(used.stage)) return [];
      if (used.match || imageAlias(standards, resolved)) return [];
      const names = builders.slice(0, 5).map(({ name }) => `\`${name}\``);
      return [
        {
          range: context.range(used),
          message: `This builder stage stands on \`${resolved}\`, which is no image of the standards \`${standards.name}\`: what it builds is only as good as its tools. Builder images: ${names.join(', ')}${builders.length > 5 ? ', …' : ''}.`,
          fixes: nearestImages(standards, 'builder', resolved).map((image) =>
            replacement(context, used, currentReference(image), `Use ${image.name}`, true),
          ),
        },
      ];
    });
  },
};
