import type { Location } from '../../protocol.ts';
import { builtinComponent, builtinVersions } from '../standards/builtin.ts';
import { builtinComponents, packageName } from '../standards/builtinComponents.ts';
import type { CatalogueImage, ComponentVersion } from '../standards/model.ts';
import { itemsAt, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { ManifestContext } from './manifestContext.ts';

/** A name that a value may refer to, with what it means and where it is defined. */
export interface Name {
  readonly name: string;
  readonly detail?: string;
  readonly documentation?: string;
  readonly location?: Location;
  readonly deprecated?: boolean;
}

/**
 * The names of a kind (`x-values`, `x-keys` of the schemas), deprecated ones last. `tree` is the file as it is being
 * typed, for the names that it defines itself.
 */
export function definedNames(kind: string, context: ManifestContext, tree: YamlNode | undefined = context.yaml.root): readonly Name[] {
  const list = providers[kind]?.(context, tree) ?? [];
  return [...list.filter((item) => !item.deprecated), ...list.filter((item) => item.deprecated)];
}

type Provider = (context: ManifestContext, tree: YamlNode | undefined) => readonly Name[];

const providers: Readonly<Record<string, Provider>> = {
  baseImages: (context) => images(context, 'base'),
  osImages: (context) => images(context, 'os'),
  images: (context) => (context.standards?.images ?? []).map((image) => imageName(image)),
  rules: ({ names, kind }) => (kind === 'hadolint' ? names.all.filter((name) => /^DL\d/.test(name)) : names.all).map((name) => ({ name })),
  components: ({ standards }) => [
    ...(standards?.components ?? []).map((component) => ({
      name: component.name,
      detail: component.title ?? component.versions.map((version) => version.version).join(', '),
      documentation: componentText(component.name, component.versions),
      location: component.location,
    })),
    ...Object.entries(builtinComponents)
      .filter(([name]) => !standards?.components.some((component) => component.name === name))
      .map(([name, { title }]) => ({ name, detail: title, documentation: componentText(name, builtinVersions(name)) })),
  ],
  jdkVersions: ({ standards }) =>
    (standards?.components.find((component) => component.name === 'jdk')?.versions ?? []).map((version) => ({
      name: version.version,
      detail: version.eol ? `end of life ${version.eol}` : 'supported',
      ...(version.deprecated ? { deprecated: true } : {}),
    })),
  registries: ({ standards, workspace }) =>
    (standards ? [standards] : workspace.standards).flatMap((from) => from.registries.map(({ name, host }) => ({ name, detail: host }))),
  standards: ({ workspace }) =>
    workspace.standards
      .filter((standards) => standards.name !== '')
      .map((standards) => ({
        name: standards.name,
        detail: standards.version,
        ...placed(standards.uri, nameNode(workspace.yaml(standards.uri)?.root)),
      })),
  products: ({ workspace }) =>
    unique([
      // Services name it as well; where it is defined, the environments say.
      ...workspace.services.map(({ product }) => ({ name: product, detail: 'product' })),
      ...workspace.environments.map((file) => ({
        name: file.product,
        detail: 'product',
        location: { uri: file.uri, range: file.productRange },
      })),
    ]),
  services: ({ workspace, service }) =>
    workspace.services
      .filter((other) => other.name !== '' && other.uri !== service?.uri && (!service || other.product === service.product))
      .map((other) => ({ name: other.name, detail: other.title ?? other.id, location: { uri: other.uri, range: other.nameRange } })),
  environments: ({ environments, service }) =>
    (environments && (!service || environments.product === service.product) ? environments.environments : []).map((environment) => ({
      name: environment.name,
      detail: [environment.target.kind, environment.purpose].filter(Boolean).join(' · '),
      location: environment.location,
    })),
  ownEnvironments: ({ uri }, tree) => listed(uri, tree, ['environments']),
  pools: ({ workspace }) =>
    workspace.environments.flatMap((file) =>
      file.pools.map((pool) => ({
        name: pool.name,
        detail: pool.members.map((member) => member.name).join(', '),
        location: pool.location ?? { uri: file.uri, range: file.productRange },
      })),
    ),
  logStores: ({ environments }) => (environments ? listed(environments.uri, environments.root, ['logStores']) : []),
  ports: ({ uri }, tree) => listed(uri, tree, ['ports']),
};

/** Versions with their ends of life; of what Waybill knows, the names of the packages as well. */
function componentText(name: string, versions: readonly ComponentVersion[]): string {
  const rows = versions.map(({ version, eol, default: chosen, deprecated }) => {
    const end = eol === undefined ? '' : (eol ?? 'none known');
    return `| ${version}${chosen ? ' (default)' : ''}${deprecated ? ' (deprecated)' : ''} | ${end} |`;
  });
  const shown = (versions.find((version) => version.default) ?? versions.at(-1))?.version ?? '';
  const packages = (['rhel', 'debian', 'alpine'] as const).flatMap((family) => {
    const written = packageName(name, family, shown);
    return written ? [`${family} \`${written}\``] : [];
  });
  return [
    ...(rows.length > 0 ? [['| version | end of life |', '| --- | --- |', ...rows].join('\n')] : []),
    ...(packages.length > 0 ? [`Packages: ${packages.join(', ')}.`] : []),
    sourceText(name),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Where the ends of life come from that the standards do not say. */
function sourceText(name: string): string {
  const source = builtinComponent(name)?.source;
  if (!source) return '';
  const { page, asOf, unverified } = source;
  if (!page) return `Its project publishes no ends of life (looked for on ${asOf}).`;
  const open = unverified.length > 0 ? ` Not verified: ${unverified.join(', ')}.` : '';
  return `Ends of life after [${page.replace('https://', '')}](${page}) as of ${asOf}, unless the standards say another.${open}`;
}

function images({ standards }: ManifestContext, layer: CatalogueImage['layer']): readonly Name[] {
  return (standards?.images ?? []).filter((image) => image.layer === layer).map(imageName);
}

function imageName(image: CatalogueImage): Name {
  const { deprecated } = image;
  const lines = [
    `\`${image.repository}${image.current ? `:${image.current.tag}` : ''}\``,
    ...(image.os ? [`On \`${image.os}\`.`] : []),
    ...(image.components.length > 0
      ? [`With ${image.components.map((item) => [item.name, item.version].filter(Boolean).join(' ')).join(', ')}.`]
      : []),
    ...(image.eol ? [`End of life: ${image.eol}.`] : []),
    ...(deprecated
      ? [
          `**Deprecated**${deprecated.reason ? `: ${deprecated.reason}` : ''}.${deprecated.replacedBy ? ` Use \`${deprecated.replacedBy}\`.` : ''}`,
        ]
      : []),
  ];
  return {
    name: image.name,
    detail: image.current?.tag ?? image.repository,
    documentation: lines.join('\n\n'),
    location: image.location,
    ...(deprecated ? { deprecated: true } : {}),
  };
}

function listed(uri: string, tree: YamlNode | undefined, path: readonly string[]): readonly Name[] {
  return itemsAt(tree, ...path).flatMap((item) => {
    const name = textAt(item, 'name');
    const detail = textAt(item, 'kind') ?? textAt(item, 'port');
    return name ? [{ name, ...(detail ? { detail } : {}), ...placed(uri, valueAt(item, 'name')) }] : [];
  });
}

function nameNode(root: YamlNode | undefined): YamlNode | undefined {
  return valueAt(root, 'metadata', 'name');
}

function placed(uri: string, node: YamlNode | undefined): { readonly location?: Location } {
  return node ? { location: { uri, range: node.range } } : {};
}

function unique(names: readonly Name[]): readonly Name[] {
  return [...new Map(names.filter((item) => item.name !== '').map((item) => [item.name, item])).values()];
}
