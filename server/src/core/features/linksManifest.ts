import type { Range } from '../../protocol.ts';
import type { ManifestContext, ManifestKind } from '../rules/manifestContext.ts';
import { isBelow, parentUri, relativePath, resolveUri } from '../text/uris.ts';
import { entriesAt, itemsAt, type ScalarNode, scalars, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { DocumentLink } from './linksDockerfile.ts';
import { recordLinks } from './recordTargets.ts';

/** Files that a manifest, the standards or the environments name, and addresses. */
export function linksManifest(context: ManifestContext): readonly DocumentLink[] {
  const { yaml, uri, kind } = context;
  if (!yaml.root) return [];
  const files = fileLinks[kind]?.(context) ?? [];
  return [...files, ...addresses(yaml.root)].map((link) => (link.target === uri ? { ...link, tooltip: 'This file' } : link));
}

const fileLinks: Partial<Record<ManifestKind, (context: ManifestContext) => readonly DocumentLink[]>> = {
  service: serviceFiles,
  standards: standardsFiles,
  environments: hostFiles,
  record: recordLinks,
};

function fileLink(folder: string, node: YamlNode | undefined, tooltip: string): DocumentLink[] {
  const path = textAt(node);
  if (!node || !path || path.includes('${') || /^[~$]|^[a-z][a-z0-9+.-]*:/i.test(path) || /[*?[\]{}]/.test(path)) return [];
  return [{ range: inner(node), target: resolveUri(folder, path), tooltip, unsure: true }];
}

/** The text of a value, without its quotes. */
function inner(node: YamlNode): Range {
  const { start, end } = node.range;
  if (node.kind !== 'scalar' || !node.quoted || start.line !== end.line) return node.range;
  return { start: { ...start, character: start.character + 1 }, end: { ...end, character: end.character - 1 } };
}

function serviceFiles({ service, yaml }: ManifestContext): readonly DocumentLink[] {
  if (!service) return [];
  const { folderUri, contextUri, overrides } = service;
  const layers = [yaml.root, ...overrides.map(({ value }) => value)];
  return [
    ...fileLink(contextUri, valueAt(yaml.root, 'build', 'dockerfile'), 'Open the Dockerfile'),
    ...layers.flatMap((root) => [
      ...itemsAt(root, 'config').flatMap((item) => fileLink(folderUri, valueAt(item, 'source'), 'Open the file')),
      ...itemsAt(root, 'envFrom').flatMap((item) => fileLink(folderUri, valueAt(item, 'configFile'), 'Open the file')),
      ...fileLink(folderUri, valueAt(root, 'registration', 'proxy', 'confd'), 'Open the resource of confd'),
    ]),
    ...itemsAt(yaml.root, 'build', 'secrets').flatMap((item) => secretFile(folderUri, valueAt(item, 'from'))),
  ];
}

/** `file:path` of a build secret. */
function secretFile(folder: string, node: YamlNode | undefined): DocumentLink[] {
  const path = /^file:(?!~)(.+)$/.exec(textAt(node) ?? '')?.[1];
  return node && path ? [{ range: inner(node), target: resolveUri(folder, path), tooltip: 'Open the file', unsure: true }] : [];
}

/** Parts that are included, bases that are extended, and the Dockerfiles of the catalogue's images. */
function standardsFiles({ yaml, uri, workspace }: ManifestContext): readonly DocumentLink[] {
  const folder = parentUri(uri);
  const images = ['osImages', 'baseImages', 'builderImages'].flatMap((list) => itemsAt(yaml.root, list));
  return [
    ...itemsAt(yaml.root, 'include').flatMap((item) => [
      ...fileLink(folder, item, 'Open the part'),
      ...onlyMatch(workspace.files.keys(), folder, item),
    ]),
    ...itemsAt(yaml.root, 'extends').flatMap((item) => extended(folder, item)),
    ...images.flatMap((image) => {
      const context = resolveUri(folder, textAt(image, 'source', 'context') ?? '.');
      return fileLink(context, valueAt(image, 'source', 'dockerfile'), 'Open the Dockerfile');
    }),
  ];
}

/** A pattern that one file fits leads to that file. */
function onlyMatch(uris: Iterable<string>, folder: string, node: YamlNode): DocumentLink[] {
  const pattern = textAt(node) ?? '';
  if (!/[*?]/.test(pattern) || /[[\]{}]/.test(pattern)) return [];
  const source = pattern
    .replace(/[.+^$()|\\]/g, '\\$&')
    .replaceAll('**/', '\u0001')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  const expression = new RegExp(`^${source.replaceAll('\u0001', '(?:.*/)?')}$`);
  const found = [...uris].filter((uri) => isBelow(uri, folder) && expression.test(relativePath(folder, uri) ?? ''));
  const [only] = found;
  return only !== undefined && found.length === 1 ? [{ range: inner(node), target: only, tooltip: 'Open the part' }] : [];
}

/** `file:` references; those to git and registries lead nowhere. */
function extended(folder: string, item: YamlNode): DocumentLink[] {
  const path = (textAt(item) ?? '').replace(/^file:/, '');
  if (path === '' || /^(?:git|oci):/.test(path)) return [];
  return [{ range: inner(item), target: resolveUri(folder, path), tooltip: 'Open the standards', unsure: true }];
}

/** Certificates and keys of hosts. */
function hostFiles({ yaml, uri }: ManifestContext): readonly DocumentLink[] {
  const folder = parentUri(uri);
  const hosts = [
    ...itemsAt(yaml.root, 'builders').flatMap((pool) => itemsAt(pool, 'members')),
    ...itemsAt(yaml.root, 'environments').flatMap((environment) => [
      ...itemsAt(environment, 'compose', 'hosts'),
      valueAt(environment, 'etcd'),
    ]),
  ];
  return hosts.flatMap((host) =>
    entriesAt(host, 'tls')
      .filter(({ key }) => key === 'ca' || key === 'cert' || key === 'key')
      .flatMap(({ value }) => fileLink(folder, value, 'Open the file')),
  );
}

/** Web addresses; those of clusters and engines are no pages. */
function addresses(root: YamlNode): readonly DocumentLink[] {
  return [...scalars(root)].flatMap(({ node, path }) => (path.at(-1) === 'server' || path.includes('endpoints') ? [] : address(node)));
}

function address(node: ScalarNode): DocumentLink[] {
  if (typeof node.value !== 'string' || !/^https?:\/\/[^\s$]+$/.test(node.value) || node.range.start.line !== node.range.end.line)
    return [];
  return [{ range: inner(node), target: node.value, tooltip: 'Open the address' }];
}
