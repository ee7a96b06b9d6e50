import type { DockerHost, ModelProblem, TlsSource } from '../../protocol.ts';
import { optional } from '../text/optional.ts';
import { booleanAt, textAt, textMapAt, valueAt, type YamlNode } from '../yaml/tree.ts';

export type HostProblem = ModelProblem;

/** Hosts of one file: those of a later source with the same name are laid over the earlier. */
export interface HostSource {
  readonly uri: string;
  /** Relative TLS paths are resolved against this absolute folder. */
  readonly folder: string;
  readonly items: readonly YamlNode[];
}

/** Reads Docker hosts; entries without name or host are reported, not returned. `node` is the first file's entry. */
export function readHosts(
  sources: readonly HostSource[],
  report: (problem: HostProblem) => void,
): readonly { readonly host: DockerHost; readonly node: YamlNode }[] {
  const byName = new Map<string, { name: string; layers: { source: HostSource; item: YamlNode }[] }>();
  for (const source of sources) {
    for (const item of source.items) {
      const name = textAt(item, 'name');
      if (!name) continue;
      const known = byName.get(name) ?? { name, layers: [] };
      known.layers.push({ source, item });
      byName.set(name, known);
    }
  }
  return [...byName.values()].flatMap(({ name, layers }) => {
    const first = layers[0];
    const host = lastOf(layers, (layer) => textAt(layer.item, 'host'));
    if (!first) return [];
    if (!host) {
      report({
        message: `The host \`${name}\` has no address: set \`host\`.`,
        location: { uri: first.source.uri, range: first.item.range },
      });
      return [];
    }
    const tls = lastOf(layers, (layer) => readTls(layer.source.folder, valueAt(layer.item, 'tls')));
    if (!tls && layers.some((layer) => valueAt(layer.item, 'tls'))) {
      report({
        message: `The host \`${name}\` has no certificates: give \`ca\`, \`cert\` and \`key\` as files, a \`contextName\`, or a \`vscodeSecret\`.`,
        location: { uri: first.source.uri, range: (valueAt(first.item, 'tls') ?? first.item).range },
      });
    }
    const read: DockerHost = {
      name,
      host,
      ...optional('tls', tls),
      ...optional(
        'insecure',
        lastOf(layers, (layer) => booleanAt(layer.item, 'insecure')),
      ),
      ...optional(
        'address',
        lastOf(layers, (layer) => textAt(layer.item, 'address')),
      ),
      labels: Object.assign({}, ...layers.map((layer) => textMapAt(layer.item, 'labels'))),
    };
    return [{ host: read, node: first.item }];
  });
}

function readTls(folder: string, node: YamlNode | undefined): TlsSource | undefined {
  const contextName = textAt(node, 'contextName');
  if (contextName !== undefined) return { contextName };
  const vscodeSecret = textAt(node, 'vscodeSecret');
  if (vscodeSecret !== undefined) return { vscodeSecret };
  const path = (key: string) => {
    const text = textAt(node, key);
    return text === undefined ? undefined : absolutePath(folder, text);
  };
  const ca = path('ca');
  return ca === undefined ? undefined : { ca, ...optional('cert', path('cert')), ...optional('key', path('key')) };
}

/** `~/…` and absolute paths stay; others are relative to the file that names them. */
function absolutePath(folder: string, path: string): string {
  return /^(~|\/|[a-zA-Z]:[\\/]|\$)/.test(path) ? path : `${folder}/${path.replace(/^\.\//, '')}`;
}

function lastOf<T, R>(items: readonly T[], read: (item: T) => R | undefined): R | undefined {
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i];
    const found = item === undefined ? undefined : read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
