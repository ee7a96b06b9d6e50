import { currentReference, imageNamed } from '../../dockerfile/catalogue.ts';
import type { ImageReference } from '../../dockerfile/model.ts';
import type { CatalogueImage, Deprecation } from '../../standards/model.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Fix, Report } from '../rule.ts';

/** No FROM stands on an image that the standards have given up. */
export const rule: DockerfileRule = {
  summary: 'FROM does not name an image that the standards deprecate.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  check(context) {
    return context.images().flatMap((image) => {
      const found = image.place === 'FROM' ? image.match?.image : undefined;
      if (!found?.deprecated || hasNotBegun(found.deprecated, context.today)) return [];
      return [reportOf(context, image, found, found.deprecated)];
    });
  },
};

function hasNotBegun({ since }: Deprecation, today: string): boolean {
  return since !== undefined && since > today;
}

function reportOf(context: DockerfileContext, image: ImageReference, found: CatalogueImage, deprecated: Deprecation): Report {
  const { removal, replacedBy, reason } = deprecated;
  const replacement = imageNamed(context.standards, replacedBy);
  const removed = removal !== undefined && removal <= context.today;
  const until = removal === undefined ? '' : removed ? ` It was withdrawn on ${removal}.` : ` It will be withdrawn on ${removal}.`;
  const advice = replacedBy ? ` Use \`${replacedBy}\`.` : '';
  const fix: Fix | undefined = replacement?.current && {
    title: `Use ${replacement.name}`,
    edits: [{ range: context.range(image), text: currentReference(replacement) }],
    // Another line of images may hold other versions: offered, never applied on save.
    preview: true,
  };
  return {
    range: context.range(image),
    message: `\`${found.name}\` is deprecated${reason ? `: ${reason.replace(/\.$/, '')}` : ''}.${until}${advice}`,
    tags: ['deprecated'],
    fixes: fix ? [fix] : [],
    related: [{ location: found.location, message: `\`${found.name}\` in the standards` }],
    ...(removed ? { severity: 'error' } : {}),
  };
}
