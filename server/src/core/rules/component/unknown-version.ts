import { builtinVersions, lineOf } from '../../standards/builtin.ts';
import type { ComponentVersion, Standards } from '../../standards/model.ts';
import { suggest } from '../../text/suggest.ts';
import { textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { imagesWithComponents } from '../componentUses.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { deployed } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** A version of a component is one that the standards have. */
export const rule: ManifestRule = {
  summary: 'Base images and `jdk.version` name versions of components that the standards have.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['standards', 'service'],
  check: (context) => (context.kind === 'service' ? ofService(context) : ofStandards(context)),
};

function ofStandards(context: ManifestContext): readonly Report[] {
  return imagesWithComponents(context).flatMap(({ uses }) =>
    uses.flatMap(({ name, versionNode }) => (versionNode ? judge(context.standards, name, versionNode) : [])),
  );
}

function ofService(context: ManifestContext): readonly Report[] {
  const nodes = deployed(context).flatMap(({ tree }) => valueAt(tree, 'jdk', 'version') ?? []);
  return [...new Set(nodes)].flatMap((node) => judge(context.standards, 'jdk', node));
}

function judge(standards: Standards | undefined, name: string, node: YamlNode): Report[] {
  const written = textAt(node);
  const component = standards?.components.find((candidate) => candidate.name === name);
  // Of a component that the standards do not have another rule speaks, and one without versions has any.
  if (written === undefined || !component || component.versions.length === 0) return [];
  const { versions } = component;
  if (lineOf(versions, written) || versions.some(({ version }) => version.startsWith(`${written}.`))) return [];
  const list = versions.map(({ version }) => version);
  const near = suggest(written, list) ?? latest(versions);
  const ended = lineOf(builtinVersions(name), written)?.eol;
  const known = typeof ended === 'string' ? ` Its end of life is ${ended}.` : '';
  return [
    {
      range: node.range,
      message: `\`${standards?.name}\` has no \`${name}\` ${written}.${known} It has ${list.map((version) => `\`${version}\``).join(', ')}.`,
      related: [{ location: component.location, message: `\`${name}\` in the standards` }],
      fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: node.range, text: `"${near}"` }], preview: true }] : [],
    },
  ];
}

function latest(versions: readonly ComponentVersion[]): string | undefined {
  return versions.find((version) => version.default)?.version;
}
