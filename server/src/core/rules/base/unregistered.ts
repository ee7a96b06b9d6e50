import { currentReference } from '../../dockerfile/catalogue.ts';
import { imageAlias } from '../../dockerfile/imageAlias.ts';
import { nearestImages } from '../../dockerfile/nearest.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';
import type { Fix, Report } from '../rule.ts';

/** The image under the target must be in the catalogue of the standards. */
export const rule: DockerfileRule = {
  summary: 'The image that a layer stands on is registered in the standards.',
  severity: 'error',
  aliases: ['DL3026'],
  fixable: true,
  check(context) {
    const root = rootOfTarget(context);
    const image = root?.rootStage.from.image;
    if (!image || root.root.kind !== 'image' || root.root.catalogue || !context.standards) return [];
    if (context.layer !== 'app' && context.layer !== 'base') return [];
    // A registered image under another address is the business of base/alias.
    if (imageAlias(context.standards, root.root.reference)) return [];
    return [reportOf(context, context.layer, image, root.root.reference)];
  },
};

type Image = NonNullable<NonNullable<DockerfileContext['target']>['from']['image']>;

function reportOf(context: DockerfileContext, layer: 'app' | 'base', image: Image, reference: string): Report {
  const standards = context.standards;
  const wanted = layer === 'app' ? 'base' : 'os';
  const nearest = nearestImages(standards, wanted, reference, context.manifest?.base?.name);
  const allowed = standards?.images.filter((candidate) => candidate.layer === wanted && !candidate.deprecated) ?? [];
  const names = allowed.slice(0, 5).map((candidate) => `\`${candidate.name}\``);
  const list = names.length > 0 ? ` Registered: ${names.join(', ')}${allowed.length > 5 ? ', …' : ''}.` : '';
  const fixes = nearest.map(
    // Another image changes what the file means: offered, never applied on save.
    (candidate): Fix => ({
      title: `Use ${candidate.name} (${currentReference(candidate).replace(/@.*$/, '')})`,
      edits: [{ range: context.range(image), text: currentReference(candidate) }],
      preview: true,
    }),
  );
  const host = reference.split('/')[0] ?? '';
  const foreign = standards && !standards.allowedRegistries.includes(host);
  return {
    range: context.range(image),
    message:
      `\`${reference}\` is no registered ${wanted === 'base' ? 'base' : 'OS'} image of the standards \`${standards?.name}\`: ` +
      `nobody patches it for you.${list}`,
    fixes,
    aliases: foreign && standards.allowedRegistries.length > 0 ? ['DL3026'] : [],
  };
}
