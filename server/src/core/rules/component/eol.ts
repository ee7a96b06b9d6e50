import { builtinVersions, lineOf } from '../../standards/builtin.ts';
import type { ComponentVersion, Standards } from '../../standards/model.ts';
import { compareVersions } from '../../standards/versions.ts';
import { type ScalarNode, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { imagesWithComponents } from '../componentUses.ts';
import { endOfLife } from '../endOfLife.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { deployed } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** Components of base images, and the JDK of a service, still get fixes. */
export const rule: ManifestRule = {
  summary: 'Base images and `jdk.version` name versions of components that are not past their end of life.',
  severity: 'warning',
  aliases: [],
  fixable: true,
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
  const next = replacement ?? nextSupported(versionsOf(standards, name), found.version, workspace.today);
  return [
    {
      range: node.range,
      message: `\`${name}\` ${version} ${end.words}.${replacement ? ` Move to ${replacement}.` : ''}`,
      ...(end.past ? {} : { severity: 'info' }),
      fixes: next === undefined || node.kind !== 'scalar' ? [] : replaced(node, written(next, node), true),
    },
  ];
}

function versionOf(standards: Standards | undefined, name: string, version: string): ComponentVersion | undefined {
  return lineOf(versionsOf(standards, name), version);
}

/** What the standards say; of a component that they do not have, what is generally known. */
function versionsOf(standards: Standards | undefined, name: string): readonly ComponentVersion[] {
  return standards?.components.find((candidate) => candidate.name === name)?.versions ?? builtinVersions(name);
}

/** The nearest later line that nobody has given up or will give up soon. */
function nextSupported(versions: readonly ComponentVersion[], current: string, today: string): string | undefined {
  return versions
    .filter(
      ({ version, eol, deprecated }) => !deprecated && eol !== undefined && !endOfLife(today, eol) && compareVersions(version, current) > 0,
    )
    .sort((a, b) => compareVersions(a.version, b.version))[0]?.version;
}

/** In the quotes of the value that is replaced: `9.10` without any is the number 9.1. */
function written(version: string, node: ScalarNode): string {
  return /^[\d.]+$/.test(version) || node.quoted ? JSON.stringify(version) : version;
}
