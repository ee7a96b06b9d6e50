import { ruleMeta } from '../../generated/ruleMeta.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { definedNames, type Name } from '../rules/manifestNames.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** The names of a kind (`x-values`, `x-keys` of the schemas), the rules included; deprecated ones last. */
export function namesOf(kind: string, context: ManifestContext, tree: YamlNode | undefined = context.yaml.root): readonly Name[] {
  if (kind !== 'rules') return definedNames(kind, context, tree);
  return Object.entries(ruleMeta).map(([id, rule]) => ({
    name: id,
    detail: rule.severity,
    documentation: rule.summary,
  }));
}
