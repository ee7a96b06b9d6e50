import { suggest } from '../../text/suggest.ts';
import { schemaOf } from '../../yaml/schemas.ts';
import { itemsAt, numberAt, type ScalarNode, textAt } from '../../yaml/tree.ts';
import { visitScalars } from '../../yaml/walk.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** Probes, `expose`, checks and registrations name ports that `ports` has. */
export const rule: ManifestRule = {
  summary: 'A port that is named is one of `ports`, in every environment.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const names = itemsAt(tree, 'ports').flatMap((port) => textAt(port, 'name') ?? []);
      const reports: Report[] = [];
      visitScalars(schemaOf('service'), tree, (schema, node) => {
        if (schema['x-values'] === 'ports') reports.push(...judge(node, names));
      });
      return reports;
    }),
};

function judge(node: ScalarNode, names: readonly string[]): readonly Report[] {
  const text = textAt(node);
  // A number is a port of the container whether `ports` names it or not.
  if (text === undefined || text.includes('$') || numberAt(node) !== undefined || names.includes(text)) return [];
  const near = suggest(text, names) ?? (names.length === 1 ? names[0] : undefined);
  const known = names.length === 0 ? ' There is no `ports` at all.' : ` There is ${names.map((name) => `\`${name}\``).join(', ')}.`;
  return [
    {
      range: node.range,
      message: `There is no port \`${text}\` in \`ports\`.${known}`,
      fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: node.range, text: near }] }] : [],
    },
  ];
}
