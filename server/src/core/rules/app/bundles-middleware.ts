import { componentUses } from '../../dockerfile/componentUses.ts';
import { baseImage } from '../baseImage.ts';
import type { DockerfileRule } from '../context.ts';

/** Middleware comes with the base image. */
export const rule: DockerfileRule = {
  summary: 'An application does not bring middleware that a base image provides.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['RUN', 'COPY', 'ADD'],
  check(context) {
    const { standards, layer } = context;
    if (!standards || layer !== 'app') return [];
    const bases = standards.images.filter((image) => image.layer === 'base' && !image.deprecated);
    // The JDK has a rule of its own: it may come from the host.
    const provided = standards.components.filter(
      ({ name }) => name !== 'jdk' && bases.some((image) => image.components.some((use) => use.name === name)),
    );
    if (provided.length === 0) return [];
    const own = baseImage(context)?.match?.image;
    return componentUses(context.chain, provided)
      .filter(({ by }) => by !== 'variable')
      .map(({ component, start, end }) => {
        const has = own?.components.some(({ name }) => name === component.name) ? own : undefined;
        const names = bases
          .filter((image) => image.components.some(({ name }) => name === component.name))
          .map(({ name }) => `\`${name}\``);
        return {
          range: context.range({ start, end }),
          message: has
            ? `\`${component.name}\` is in the base image \`${has.name}\` already: a second one is patched by nobody. Remove it.`
            : `\`${component.name}\` comes with ${names.slice(0, 3).join(', ')}: in the application layer nobody patches it. Stand on such a base image.`,
          related: [{ location: component.location, message: `\`${component.name}\` in the standards` }],
        };
      });
  },
};
