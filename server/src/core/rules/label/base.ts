import { splitReference } from '../../dockerfile/imageReference.ts';
import type { Pair } from '../../dockerfile/model.ts';
import { fullRepository } from '../../dockerfile/registryHost.ts';
import { baseImage, shippedInstructions } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

const prefix = 'org.opencontainers.image.base.';

/**
 * The labels that name the base image tell what FROM tells.
 * Their meaning: https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export const rule: DockerfileRule = {
  summary: 'The labels `org.opencontainers.image.base.name` and `.digest` are those of FROM.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['LABEL'],
  check(context) {
    const base = baseImage(context);
    if (!base) return [];
    const digest = splitReference(base.reference).digest ?? base.match?.pinned?.digest;
    return shippedInstructions(context).flatMap((instruction) => {
      if (instruction.kind !== 'LABEL') return [];
      return instruction.pairs.flatMap((pair) => {
        const value = pair.value?.value ?? '';
        if (value === '' || value.includes('$')) return [];
        if (pair.name.value === `${prefix}name` && !isName(value, base.reference)) return reportOf(context, pair, nameOf(base.reference));
        if (pair.name.value === `${prefix}digest` && digest !== undefined && value !== digest) return reportOf(context, pair, digest);
        return [];
      });
    });
  },
};

/** Host, path and tag; the specification wants no digest in it. */
function nameOf(reference: string): string {
  const { tag } = splitReference(reference);
  return fullRepository(reference) + (tag === undefined ? '' : `:${tag}`);
}

function isName(value: string, reference: string): boolean {
  const { tag, digest } = splitReference(value);
  const wanted = splitReference(reference);
  if (fullRepository(value) !== fullRepository(reference)) return false;
  return (tag === undefined || wanted.tag === undefined || tag === wanted.tag) && (digest === undefined || digest === wanted.digest);
}

function reportOf(context: DockerfileContext, { name, value }: Pair, wanted: string): Report[] {
  const image = baseImage(context)?.written;
  if (!value) return [];
  const quote = /^["']/.exec(value.text)?.[0] ?? '';
  return [
    {
      range: context.range(value),
      message: `\`${name.value}\` says \`${value.value}\`, FROM stands on \`${wanted}\`: tools that look for images on a vulnerable base trust the label.`,
      fixes: [replacement(context, value, `${quote}${wanted}${quote}`, 'Write what FROM says')],
      related: image
        ? [{ location: { uri: context.file.uri, range: context.range(image) }, message: 'The base image is chosen here' }]
        : [],
    },
  ];
}
