import { currentReference } from '../../dockerfile/catalogue.ts';
import { imageAlias } from '../../dockerfile/imageAlias.ts';
import { nearestImages } from '../../dockerfile/nearest.ts';
import type { DockerfileContext, DockerfileRule, JudgedImage } from '../context.ts';
import { replacement } from '../edits.ts';

/** Files of other images come from images that the standards know. */
export const rule: DockerfileRule = {
  summary: '`COPY --from` and `RUN --mount=from=` take files only from images of the standards.',
  severity: 'error',
  aliases: [],
  fixable: true,
  needs: ['source'],
  check(context) {
    const { standards } = context;
    if (!standards || context.layer === undefined || context.layer === 'os' || standards.images.length === 0) return [];
    return context.images().flatMap((used) => {
      if (used.place === 'FROM' || !isForeign(context, used)) return [];
      const list = standards.images.filter(({ layer, deprecated }) => layer === 'builder' && !deprecated).map(({ name }) => `\`${name}\``);
      const allowed =
        list.length > 0 ? ` Builder images of the standards: ${list.slice(0, 5).join(', ')}${list.length > 5 ? ', …' : ''}.` : '';
      return [
        {
          range: context.range(used),
          message: `\`${used.resolved}\` is no image of the standards \`${standards.name}\`: what is copied from it is checked and patched by nobody.${allowed}`,
          fixes: nearestImages(standards, 'builder', used.resolved ?? '').map((image) =>
            replacement(context, used, currentReference(image), `Use ${image.name}`, true),
          ),
        },
      ];
    });
  },
};

/** Plain words may be contexts that the build is given by name. */
function isForeign({ standards, manifest }: DockerfileContext, { resolved, text, match }: JudgedImage): boolean {
  if (resolved === undefined || !/[/:@]/.test(resolved) || manifest?.contexts?.includes(text)) return false;
  return !match && !imageAlias(standards, resolved);
}
