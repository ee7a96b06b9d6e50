import { entryOf, itemsAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** Programs under a supervisor need one in the image. */
export const rule: ManifestRule = {
  summary: 'A service with `process.supervisor.programs` stands on a base image with the component `supervisor`.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const key = entryOf(valueAt(tree, 'process'), 'supervisor');
      if (!key || itemsAt(key.value, 'programs').length === 0) return [];
      const { service, standards } = context;
      const base = standards?.images.find((image) => image.layer === 'base' && image.name === service?.base?.text);
      // An image that nobody composed may hold anything.
      if (!base || base.components.length === 0) return [];
      if (base.components.some(({ name }) => name === 'supervisor')) return [];
      return [
        {
          range: key.keyRange,
          message: `The base image \`${base.name}\` has no \`supervisor\`: nothing starts these programs.`,
          related: [{ location: base.location, message: `\`${base.name}\` in the standards` }],
        },
      ];
    }),
};
