import { ruleMeta } from '../../generated/ruleMeta.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { definedNames, type Name } from '../rules/manifestNames.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** The names of a kind (`x-values`, `x-keys` of the schemas), the rules included; deprecated ones last. */
export function namesOf(kind: string, context: ManifestContext, tree: YamlNode | undefined = context.yaml.root): readonly Name[] {
  if (kind !== 'rules') return definedNames(kind, context, tree);
  const rules = Object.entries(ruleMeta);
  if (context.kind === 'hadolint') {
    return rules.flatMap(([id, { aliases, summary }]) =>
      aliases.filter((alias) => /^DL\d/.test(alias)).map((alias) => ({ name: alias, detail: id, documentation: summary })),
    );
  }
  const categories = [...new Set(rules.map(([id]) => id.slice(0, id.indexOf('/'))))];
  return [
    ...rules.map(([id, { severity, summary }]) => ({ name: id, detail: severity, documentation: summary })),
    ...categories.map((category) => ({ name: `${category}/*`, detail: 'every rule of the category' })),
  ];
}
