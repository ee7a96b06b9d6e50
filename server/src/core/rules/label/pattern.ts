import { expand } from '../../dockerfile/variables.ts';
import { demandedBy, shippedInstructions } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';

/** Values longer than this are not matched: the pattern is not ours. */
const longest = 500;

/** The required labels have values of the form that the standards ask for. */
export const rule: DockerfileRule = {
  summary: 'Values of required labels have the form that the standards ask for.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['LABEL'],
  check(context) {
    const wanted = new Map(context.standards?.requiredLabels.flatMap(({ name, pattern }) => (pattern ? [[name, pattern] as const] : [])));
    if (wanted.size === 0 || context.layer === undefined) return [];
    const pairs = shippedInstructions(context).flatMap((instruction) => (instruction.kind === 'LABEL' ? instruction.pairs : []));
    // The last one of a name counts, unless the manifest sets it.
    const last = new Map(pairs.map((pair) => [pair.name.value, pair]));
    return [...last].flatMap(([name, { value }]) => {
      const pattern = wanted.get(name);
      const is = value && expanded(context, value.text);
      if (pattern === undefined || !value || is === undefined || context.manifest?.labels.includes(name)) return [];
      if (is.length > longest || new RegExp(pattern).test(is)) return [];
      return [
        {
          range: context.range(value),
          message: `\`${is}\` is not of the form \`${pattern}\` that the standards ask for in \`${name}\`: who looks for images by this label will not find it.`,
          related: demandedBy(context, 'labels.required'),
        },
      ];
    });
  },
};

function expanded(context: DockerfileContext, text: string): string | undefined {
  const { env } = rootOfTarget(context) ?? {};
  return expand(text, (name) => env?.get(name), context.file.escapeMark).value;
}
