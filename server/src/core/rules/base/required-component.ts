import { demandedBy, shippedInstructions } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';

/** A base image has the components that every base image must have. */
export const rule: DockerfileRule = {
  summary: 'A base image has the components that the standards require of base images.',
  severity: 'error',
  aliases: [],
  fixable: false,
  check(context) {
    const required = context.standards?.policy.requiredComponents ?? [];
    const image = context.target?.from.image;
    if (context.layer !== 'base' || required.length === 0 || !image || context.registered?.layer === 'builder') return [];
    const known = componentsOf(context);
    const missing = known ? required.filter((name) => !known.has(name)) : [];
    if (missing.length === 0) return [];
    const names = missing.map((name) => `\`${name}\``).join(', ');
    return [
      {
        range: context.range(image),
        message: `This base image lacks ${names}, which the standards require of every base image. Install ${missing.length === 1 ? 'it' : 'them'} and say so in the catalogue${context.registered ? ` entry \`${context.registered.name}\`` : ''} or in the label \`waybill.dev/components\`.`,
        related: [
          ...demandedBy(context, 'base.requireComponents'),
          ...(context.registered ? [{ location: context.registered.location, message: 'Its entry in the standards' }] : []),
        ],
      },
    ];
  },
};

/** By the catalogue's entry and the label; undefined when neither says anything. */
function componentsOf(context: DockerfileContext): ReadonlySet<string> | undefined {
  const entry = context.registered;
  const listed = shippedInstructions(context).flatMap((instruction) =>
    instruction.kind === 'LABEL' ? instruction.pairs.filter(({ name }) => name.value === 'waybill.dev/components') : [],
  );
  const label = listed.at(-1)?.value?.value;
  if ((!entry || (entry.components.length === 0 && !entry.jdk)) && label === undefined) return undefined;
  return new Set([
    ...(entry?.components.map(({ name }) => name) ?? []),
    ...(entry?.jdk ? ['jdk'] : []),
    ...(label ?? '').split(',').map((part) => part.trim().split(/\s+/)[0] ?? ''),
  ]);
}
