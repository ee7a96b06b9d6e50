import { suggest } from '../../text/suggest.ts';
import { schemaOf } from '../../yaml/schemas.ts';
import { type ScalarNode, textAt } from '../../yaml/tree.ts';
import { namedScalars } from '../../yaml/walk.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { definedNames } from '../manifestNames.ts';
import type { Report } from '../rule.ts';

/** Kinds of names that no other rule judges, in words. */
const kinds: Readonly<Record<string, string>> = {
  osImages: 'OS image',
  images: 'image',
  pools: 'pool of builders',
  registries: 'registry',
  logStores: 'log store',
  services: 'service',
};

/** A name that stands for something defined elsewhere is defined there. */
export const rule: ManifestRule = {
  summary: 'Names of services, images, builders, registries and log stores are defined where they should be.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service', 'environments', 'standards'],
  check(context) {
    const { yaml, kind, workspace } = context;
    const reports: Report[] = [];
    if (!yaml.root) return reports;
    const byKind = new Map<string, readonly string[]>();
    const namesOf = (names: string) => {
      const known = byKind.get(names) ?? definedNames(names, context).map(({ name }) => name);
      byKind.set(names, known);
      return known;
    };
    for (const { names, node } of namedScalars(schemaOf(kind), yaml.root, workspace.namedScalars)) {
      // A waiver may be for a service of another workspace.
      if (kinds[names] && !(names === 'services' && kind !== 'service')) reports.push(...judge(names, namesOf(names), node));
    }
    return reports;
  },
};

function judge(kind: string, known: readonly string[], node: ScalarNode): readonly Report[] {
  const text = textAt(node);
  // Where nothing of the kind is known, the file that defines it is not here.
  if (text === undefined || known.length === 0 || known.includes(text)) return [];
  const near = suggest(text, known);
  const hint = near
    ? `Did you mean \`${near}\`?`
    : `Known are ${known
        .slice(0, 8)
        .map((name) => `\`${name}\``)
        .join(', ')}.`;
  return [
    {
      range: node.range,
      message: `There is no ${kinds[kind]} \`${text}\`. ${hint}`,
      fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: node.range, text: near }], preview: true }] : [],
    },
  ];
}
