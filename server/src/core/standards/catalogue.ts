import { optional } from '../text/optional.ts';
import { booleanAt, itemsAt, numberAt, textAt, textMapAt, textsAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { CatalogueImage, Component, ComponentVersion, Deprecation, ImageConfig, OsFamily, PinnedTag } from './model.ts';

type Mode = 'hostMount' | 'layer' | 'imageVolume';

/** One entry of `osImages`, `baseImages` or `builderImages`; nothing when it has no name or no image. */
export function readImage(uri: string, item: YamlNode, layer: CatalogueImage['layer']): CatalogueImage[] {
  const place = valueAt(item, 'name');
  const name = textAt(place);
  const repository = textAt(item, 'image');
  if (!place || !name || !repository) return [];
  const source = valueAt(item, 'source');
  return [
    {
      layer,
      name,
      repository,
      ...optional('current', readTag(valueAt(item, 'current'))),
      previous: itemsAt(item, 'previous').flatMap((tag) => readTag(tag) ?? []),
      ...optional('deprecated', readDeprecation(valueAt(item, 'deprecated'))),
      ...optional('eol', textAt(item, 'eol')),
      ...optional('family', familyOf(textAt(item, 'family'))),
      ...optional('version', textAt(item, 'version')),
      ...optional('os', textAt(item, 'os')),
      components: itemsAt(item, 'components').flatMap(readUse),
      ...optional('jdk', readJdk(valueAt(item, 'jdk'))),
      ...optional('user', readUser(valueAt(item, 'user'))),
      ...(valueAt(item, 'platforms') ? { platforms: textsAt(item, 'platforms') } : {}),
      ...optional('config', readConfig(valueAt(item, 'config'))),
      ...(source
        ? { source: { context: textAt(source, 'context') ?? '.', dockerfile: textAt(source, 'dockerfile') ?? 'Dockerfile' } }
        : {}),
      rebase: rebaseOf(textAt(item, 'rebase')),
      location: { uri, range: place.range },
    },
  ];
}

function rebaseOf(text: string | undefined): CatalogueImage['rebase'] {
  return text === 'compatible' || text === 'never' ? text : 'verify';
}

/** One entry of `components`; nothing when it has no name. */
export function readComponent(uri: string, item: YamlNode): Component[] {
  const place = valueAt(item, 'name');
  const name = textAt(place);
  if (!place || !name) return [];
  return [
    {
      name,
      ...optional('title', textAt(item, 'title')),
      builtin: booleanAt(item, 'builtin') ?? false,
      ...optional('mode', modeOf(textAt(item, 'mode'))),
      ...optional('mountPath', textAt(item, 'mountPath')),
      ...optional('imageVolume', readImageVolume(valueAt(item, 'imageVolume'))),
      ...optional('hostPath', textAt(item, 'hostPath')),
      versions: itemsAt(item, 'versions').flatMap(readVersion),
      conflicts: textsAt(item, 'conflicts'),
      after: textsAt(item, 'after'),
      ports: itemsAt(item, 'ports').flatMap((port) => numberAt(port) ?? []),
      logs: itemsAt(item, 'logs').flatMap(readLog),
      files: itemsAt(item, 'files').flatMap((file) => textAt(file, 'path') ?? []),
      location: { uri, range: place.range },
    },
  ];
}

function readImageVolume(node: YamlNode | undefined): Component['imageVolume'] {
  const image = textAt(node, 'image');
  return image ? { image, ...optional('path', textAt(node, 'path')) } : undefined;
}

function readLog(item: YamlNode): NonNullable<Component['logs']>[number][] {
  const name = textAt(item, 'name');
  const path = textAt(item, 'path');
  return name && path ? [{ name, path, ...optional('multiline', textAt(item, 'multiline')) }] : [];
}

function readVersion(item: YamlNode): ComponentVersion[] {
  const version = textAt(item, 'version');
  if (!version) return [];
  const eol = valueAt(item, 'eol');
  const deprecated = valueAt(item, 'deprecated');
  return [
    {
      version,
      ...(eol ? { eol: textAt(eol) ?? null } : {}),
      default: booleanAt(item, 'default') ?? false,
      ...(deprecated ? { deprecated: optional('replacedBy', textAt(deprecated, 'replacedBy')) } : {}),
      requires: textMapAt(item, 'requires'),
    },
  ];
}

function readUse(item: YamlNode): CatalogueImage['components'][number][] {
  const name = textAt(item, 'name');
  return name ? [{ name, ...optional('version', textAt(item, 'version')) }] : [];
}

function readTag(node: YamlNode | undefined): PinnedTag | undefined {
  const tag = textAt(node, 'tag');
  if (!tag) return undefined;
  return { tag, ...optional('digest', textAt(node, 'digest')), ...optional('revokedFor', textAt(node, 'revokedFor')) };
}

function readDeprecation(node: YamlNode | undefined): Deprecation | undefined {
  if (node?.kind !== 'map') return undefined;
  return {
    ...optional('since', textAt(node, 'since')),
    ...optional('removal', textAt(node, 'removal')),
    ...optional('replacedBy', textAt(node, 'replacedBy')),
    ...optional('reason', textAt(node, 'reason')),
  };
}

function readJdk(node: YamlNode | undefined): CatalogueImage['jdk'] {
  if (node?.kind !== 'map') return undefined;
  return { ...optional('version', textAt(node, 'version')), ...optional('mode', modeOf(textAt(node, 'mode'))) };
}

function readUser(node: YamlNode | undefined): CatalogueImage['user'] {
  if (node?.kind !== 'map') return undefined;
  return { ...optional('name', textAt(node, 'name')), ...optional('uid', numberAt(node, 'uid')) };
}

function readConfig(node: YamlNode | undefined): ImageConfig | undefined {
  if (node?.kind !== 'map') return undefined;
  const list = (key: string) => (valueAt(node, key)?.kind === 'list' ? textsAt(node, key) : undefined);
  return {
    ...optional('user', textAt(node, 'user')),
    ...optional('workdir', textAt(node, 'workdir')),
    env: textMapAt(node, 'env'),
    ...optional('shell', list('shell')),
    ...optional('entrypoint', list('entrypoint')),
    ...optional('cmd', list('cmd')),
    ports: itemsAt(node, 'ports').flatMap((port) => numberAt(port) ?? []),
    volumes: textsAt(node, 'volumes'),
    labels: textMapAt(node, 'labels'),
  };
}

function familyOf(text: string | undefined): OsFamily | undefined {
  return text === 'rhel' || text === 'debian' || text === 'alpine' || text === 'other' ? text : undefined;
}

function modeOf(text: string | undefined): Mode | undefined {
  return text === 'hostMount' || text === 'layer' || text === 'imageVolume' ? text : undefined;
}
