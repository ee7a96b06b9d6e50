import { currentReference, imageNamed } from '../../dockerfile/catalogue.ts';
import type { DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';
import type { Fix } from '../rule.ts';

const layers = { os: 'an OS image', base: 'a base image', builder: 'a builder image' } as const;

/** Applications stand on base images, base images on OS images: no layer is skipped. */
export const rule: DockerfileRule = {
  summary: 'An application stands on a base image, a base image on an OS image.',
  severity: 'error',
  aliases: [],
  fixable: true,
  check(context) {
    const { layer, standards } = context;
    const root = rootOfTarget(context);
    const image = root?.rootStage.from.image;
    if (!image || !standards || (layer !== 'app' && layer !== 'base')) return [];
    const wanted = layer === 'app' ? 'base' : 'os';
    const found = root.root.kind === 'image' ? root.root.catalogue?.image : undefined;
    const scratch = root.root.kind === 'scratch';
    if (!scratch && (!found || found.layer === wanted)) return [];
    const is = found ? `\`${found.name}\` is ${layers[found.layer]}` : '`scratch` is empty';
    const why =
      layer === 'app'
        ? 'An application must stand on a base image, which brings supervision, user and patches.'
        : 'A base image must stand on an OS image of the standards.';
    const base = layer === 'app' ? imageNamed(standards, context.manifest?.base?.name) : undefined;
    const candidates = base ? [base] : standards.images.filter((candidate) => candidate.layer === wanted && !candidate.deprecated);
    const fixes = candidates.slice(0, 5).map(
      (candidate): Fix => ({
        title: `Use ${candidate.name}`,
        edits: [{ range: context.range(image), text: currentReference(candidate) }],
        preview: true,
      }),
    );
    return [
      {
        range: context.range(image),
        message: `${is}. ${why}`,
        fixes,
        ...(found ? { related: [{ location: found.location, message: `\`${found.name}\` in the standards` }] } : {}),
      },
    ];
  },
};
