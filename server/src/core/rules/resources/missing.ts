import { entryOf, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, setValue } from '../manifestEdits.ts';
import { policyDemand } from '../manifestPolicy.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** What `policy.resources.require` of the standards asks for is stated in every environment. */
export const rule: ManifestRule = {
  summary: 'A service states the requests and limits that the standards ask for.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const { service, standards, yaml } = context;
    const required = standards?.policy.requiredResources ?? [];
    if (!service?.name) return [];
    return perEnvironment(context, ({ tree }) =>
      required
        .filter((path) => !isSet(valueAt(tree, 'resources', ...path.split('.'))))
        .map((path) => ({
          range: entryOf(tree, 'resources')?.keyRange ?? service.nameRange,
          message: `The standards ask every service for \`resources.${path}\`, and it is not set: without it the machine is shared by chance.`,
          related: policyDemand(context, 'resources.require'),
          fixes: isSet(valueAt(yaml.root, 'resources', ...path.split('.')))
            ? []
            : fixOf(`Set \`resources.${path}\``, setValue(yaml, ['resources', ...path.split('.')], example(path)), true),
        })),
    );
  },
};

function isSet(node: YamlNode | undefined): boolean {
  return node !== undefined && !(node.kind === 'scalar' && node.value === null);
}

function example(path: string): string {
  if (path.endsWith('cpu')) return path.startsWith('requests') ? '100m' : '1';
  return path.startsWith('requests') ? '256Mi' : '512Mi';
}
