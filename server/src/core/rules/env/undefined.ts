import { didYouMean, suggest } from '../../text/suggest.ts';
import { entriesAt, itemsAt, textAt } from '../../yaml/tree.ts';
import { dockerfileFacts } from '../dockerfileFacts.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { deployed, perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** Set in every container. */
const always = ['HOME', 'PATH', 'HOSTNAME', 'PWD', 'USER', 'SHELL', 'LANG', 'TZ', 'TERM'];

/** Variables that values hand to the process (`$${NAME}`, `$(NAME)`) exist in it. */
export const rule: ManifestRule = {
  summary: 'A value of `env` refers to variables that the container has.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const facts = dockerfileFacts(context);
    // Files may bring any name, and so may an image that nobody described.
    if (!facts?.complete || deployed(context).some(({ tree }) => itemsAt(tree, 'envFrom').length > 0)) return [];
    return perEnvironment(context, ({ tree }) => {
      const own = entriesAt(tree, 'env').map(({ key }) => key);
      const known = [...own, ...itemsAt(tree, 'ports').flatMap((port) => textAt(port, 'env') ?? []), ...facts.env.keys(), ...always];
      return entriesAt(tree, 'env').flatMap((entry) => (entry.value.kind === 'scalar' ? unknownNames(context, entry.value, known) : []));
    });
  },
};

function unknownNames({ yaml }: ManifestContext, node: { readonly range: Report['range'] }, known: readonly string[]): readonly Report[] {
  const start = yaml.index.offsetAt(node.range.start);
  const written = yaml.text.slice(start, yaml.index.offsetAt(node.range.end));
  return [...written.matchAll(/(?<!\$)\$\$\{(\w+)\}|(?<!\$)\$\(([A-Za-z_]\w*)\)/g)].flatMap((match) => {
    const name = match[1] ?? match[2] ?? '';
    if (known.includes(name)) return [];
    const at = start + match.index + match[0].indexOf(name);
    const range = yaml.index.range(at, at + name.length);
    const near = suggest(name, known);
    return [
      {
        range,
        message: `The container has no variable \`${name}\`: neither \`env\` nor the image sets it.${didYouMean(name, known)}`,
        fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range, text: near }] }] : [],
      },
    ];
  });
}
