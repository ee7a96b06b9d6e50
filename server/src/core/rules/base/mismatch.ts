import { currentReference, imageNamed } from '../../dockerfile/catalogue.ts';
import type { DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';
import type { Fix } from '../rule.ts';

/** The manifest's `build.base` is the image that the built stage stands on. */
export const rule: DockerfileRule = {
  summary: 'The final FROM is the base image that the manifest names in `build.base`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  check(context) {
    const base = context.manifest?.base;
    const root = rootOfTarget(context);
    const image = root?.rootStage.from.image;
    const found = root?.root.kind === 'image' ? root.root.catalogue?.image : undefined;
    const named = imageNamed(context.standards, base?.name);
    // An image that nobody registered is the business of base/unregistered, one of another layer that of base/wrong-layer;
    // a base that nobody knows is the manifest's fault.
    if (!base || !image || !named || found?.layer !== 'base' || found.name === base.name) return [];
    const fix: Fix = {
      title: `Stand on ${named.name}, as the manifest says`,
      edits: [{ range: context.range(image), text: currentReference(named) }],
      preview: true,
    };
    return [
      {
        range: context.range(image),
        message: `FROM stands on \`${found.name}\`, but \`build.base\` in waybill.yaml says \`${base.name}\`. Change one of them.`,
        // Nobody is sent to a base that is on its way out: then it is the manifest that is behind.
        fixes: named.deprecated ? [] : [fix],
        related: [{ location: base.location, message: '`build.base` is set here' }],
      },
    ];
  },
};
