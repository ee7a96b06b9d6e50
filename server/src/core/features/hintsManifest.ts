import type { Position, Range } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { comparePositions } from '../text/edits.ts';
import { entriesAt, type ScalarNode, scalars, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import { jdkHints, namedHints } from './hintsNames.ts';
import { manifestContext } from './manifestContext.ts';
import type { ManifestHint } from './manifestHint.ts';
import { productEnvironments, type Workspace } from './workspace.ts';

const longest = 60;

/** What holds here and is written elsewhere: the base image's tag, the standards' version, other values of environments. */
export function manifestHints(workspace: Workspace, uri: string, range: Range): readonly ManifestHint[] {
  const context = manifestContext(workspace, uri);
  if (!context?.yaml.root) return [];
  const ofService = context.service ? [...nameHints(context), ...jdkHints(context), ...overrideHints(context)] : [];
  return [...ofService, ...namedHints(context)].filter(
    ({ position }) => comparePositions(range.start, position) <= 0 && comparePositions(position, range.end) <= 0,
  );
}

function nameHints({ yaml, standards }: ManifestContext): readonly ManifestHint[] {
  const base = valueAt(yaml.root, 'build', 'base');
  const image = standards?.images.find(({ name }) => name === textAt(base));
  const named = valueAt(yaml.root, 'standards');
  return [
    ...(base && image
      ? [
          {
            position: base.range.end,
            label: [image.current?.tag, image.os ? `on ${image.os}` : undefined].filter(Boolean).join(' '),
            tooltip: `\`${image.repository}${image.current ? `:${image.current.tag}` : ''}\``,
          },
        ]
      : []),
    ...(named && standards?.version
      ? [{ position: named.range.end, label: standards.version, tooltip: `Version of \`${standards.name}\`` }]
      : []),
  ].filter(({ label }) => label !== '');
}

/** Behind a value of the base: what the environments make of it. */
function overrideHints({ yaml, service, workspace }: ManifestContext): readonly ManifestHint[] {
  if (!service || yaml.root?.kind !== 'map') return [];
  const known = new Set(productEnvironments(workspace, service).map(({ name }) => name));
  const others = entriesAt(yaml.root, 'environments').filter(({ key }) => known.has(key));
  const values = new Map<string, { readonly environment: string; readonly text: string }[]>();
  for (const { key, value } of others) {
    for (const { node, path } of scalars(value)) {
      if (path.some((step) => typeof step === 'number')) continue;
      const at = path.join('\n');
      values.set(at, [...(values.get(at) ?? []), { environment: key, text: shown(node) }]);
    }
  }
  return [...values].flatMap(([at, list]) => {
    const place = valueAt(yaml.root, ...at.split('\n'));
    const end = place && endOf(place);
    if (!place || !end || yaml.index.offsetAt(end) <= 0) return [];
    const different = list.filter(({ text }) => place.kind !== 'scalar' || text !== shown(place));
    if (different.length === 0) return [];
    const label = different.map(({ environment, text }) => `${environment}: ${text}`).join(', ');
    const lines = different.map(({ environment, text }) => `- \`${environment}\`: \`${text}\``);
    return [{ position: end, label: label.length > longest ? `${label.slice(0, longest - 1)}…` : label, tooltip: lines.join('\n') }];
  });
}

function shown(node: ScalarNode): string {
  return node.value === null ? 'removed' : (textAt(node) ?? '');
}

/** Block scalars end on a line of their own: they get no hint. */
function endOf(node: YamlNode): Position | undefined {
  return node.range.end.line === node.range.start.line ? node.range.end : undefined;
}
