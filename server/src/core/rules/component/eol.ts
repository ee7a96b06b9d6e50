import { builtinVersions, lineOf } from '../../standards/builtin.ts';
import type { ComponentVersion, Standards } from '../../standards/model.ts';
import { textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { imagesWithComponents } from '../componentUses.ts';
import { endOfLife } from '../endOfLife.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { deployed } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** Components of base images, and the JDK of a service, still get fixes. */
export const rule: ManifestRule = {
  summary: 'Base images and `jdk.version` name versions of components that are not past their end of life.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  on: ['standards', 'service'],
  check: (context) => (context.kind === 'service' ? ofService(context) : ofStandards(context)),
};

function ofStandards(context: ManifestContext): readonly Report[] {
  return imagesWithComponents(context).flatMap(({ item, uses }) =>
    // Who deprecates an image knows.
    valueAt(item, 'deprecated')
      ? []
      : uses.flatMap((use) => {
          const written = textAt(use.versionNode);
          return judge(context, use.name, use.versionNode ?? use.place, written ?? use.version?.version);
        }),
  );
}

function ofService(context: ManifestContext): readonly Report[] {
  const nodes = deployed(context).flatMap(({ tree }) => valueAt(tree, 'jdk', 'version') ?? []);
  return [...new Set(nodes)].flatMap((node) => judge(context, 'jdk', node, textAt(node)));
}

function judge({ standards, workspace }: ManifestContext, name: string, node: YamlNode, version: string | undefined): Report[] {
  const found = version === undefined ? undefined : versionOf(standards, name, version);
  if (!found || version === undefined) return [];
  const end = endOfLife(workspace.today, found.eol);
  if (!end) return [];
  const replacement = found.deprecated?.replacedBy;
  return [
    {
      range: node.range,
      message: `\`${name}\` ${version} ${end.words}.${replacement ? ` Move to ${replacement}.` : ''}`,
      ...(end.past ? {} : { severity: 'info' }),
    },
  ];
}

/** What the standards say; of a component that they do not have, what is generally known. */
function versionOf(standards: Standards | undefined, name: string, version: string): ComponentVersion | undefined {
  const component = standards?.components.find((candidate) => candidate.name === name);
  return lineOf(component?.versions ?? builtinVersions(name), version);
}
