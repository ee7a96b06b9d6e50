import { satisfies } from '../../standards/versions.ts';
import { valueAt } from '../../yaml/tree.ts';
import { type ComponentUse, type ImageWithComponents, imagesWithComponents } from '../componentUses.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { addEntry, addItem, fixOf, replaced } from '../manifestEdits.ts';
import type { Fix, Report } from '../rule.ts';

/** A base image has what its components need, in a version that they work with. */
export const rule: ManifestRule = {
  summary: 'A base image has what its components require, in a version that fits.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['standards'],
  check: (context) =>
    imagesWithComponents(context).flatMap((image) =>
      image.uses.flatMap((use) =>
        Object.entries(use.version?.requires ?? {}).flatMap(([name, range]) => judge(context, image, use, { name, range }) ?? []),
      ),
    ),
};

interface Demand {
  readonly name: string;
  readonly range: string;
}

function judge(context: ManifestContext, image: ImageWithComponents, use: ComponentUse, { name, range }: Demand): Report | undefined {
  const found = image.uses.find((other) => other.name === name);
  const wanted = `\`${use.name}\` ${use.version?.version} needs \`${name}\` ${range}`;
  if (!found) {
    return {
      range: use.place.range,
      message: `${wanted}, and \`${image.name}\` has none: the image would not start.`,
      fixes: add(context, image, { name, range }),
    };
  }
  if (!found.version || satisfies(found.version.version, range)) return undefined;
  const fitting = found.component?.versions.find((version) => satisfies(version.version, range));
  const place = found.versionNode ?? found.place;
  return {
    range: place.range,
    message: `${wanted}, and \`${image.name}\` has ${found.version.version}.`,
    fixes: fitting && found.versionNode ? replaced(found.versionNode, quoted(fitting.version), true) : [],
  };
}

function add(context: ManifestContext, image: ImageWithComponents, { name, range }: Demand): Fix[] {
  const component = context.standards?.components.find((candidate) => candidate.name === name);
  const fitting = component?.versions.filter((version) => satisfies(version.version, range)) ?? [];
  const version = fitting.find((candidate) => candidate.default) ?? fitting[0];
  if (!version || image.item.kind !== 'map') return [];
  const list = valueAt(image.item, 'components');
  const title = `Add \`${name}\` ${version.version}`;
  if (name === 'jdk') return fixOf(title, addEntry(context.yaml, image.item, 'jdk', `{ version: ${quoted(version.version)} }`), true);
  const item = `{ name: ${name}, version: ${quoted(version.version)} }`;
  return list?.kind === 'list' ? fixOf(title, addItem(context.yaml, list, item), true) : [];
}

function quoted(version: string): string {
  return /^[\d.]+$/.test(version) ? `"${version}"` : version;
}
