import type { Range } from '../../protocol.ts';
import { optional } from '../text/optional.ts';
import { parentUri, resolveUri } from '../text/uris.ts';
import { entryOf, itemsAt, type MapEntry, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';

/** A word of the manifest with its place. */
export interface Word {
  readonly text: string;
  readonly range: Range;
}

/** One `waybill.yaml` as other files refer to it; the whole of it is in `root`. */
export interface ServiceManifest {
  readonly uri: string;
  /** Folder of the manifest. */
  readonly folderUri: string;
  /** `product/name`. */
  readonly id: string;
  readonly name: string;
  readonly product: string;
  readonly nameRange: Range;
  readonly title?: string;
  readonly standards?: Word;
  readonly base?: Word;
  readonly repository?: Word;
  readonly dependsOn: readonly Word[];
  readonly contextUri: string;
  readonly dockerfileUri: string;
  /** `environments.<name>`. */
  readonly overrides: readonly MapEntry[];
  readonly root: YamlNode | undefined;
}

/** What a (possibly broken) tree says of a service. A manifest without a name still has its Dockerfile. */
export function readService(uri: string, root: YamlNode | undefined): ServiceManifest {
  const folderUri = parentUri(uri);
  const contextUri = resolveUri(folderUri, textAt(root, 'build', 'context') ?? '.');
  const name = textAt(root, 'metadata', 'name') ?? '';
  const product = textAt(root, 'metadata', 'product') ?? '';
  const start = { line: 0, character: 0 };
  const overrides = valueAt(root, 'environments');
  return {
    uri,
    folderUri,
    id: `${product}/${name}`,
    name,
    product,
    nameRange: valueAt(root, 'metadata', 'name')?.range ?? entryOf(root, 'metadata')?.keyRange ?? { start, end: start },
    ...optional('title', textAt(root, 'metadata', 'title')),
    ...optional('standards', word(valueAt(root, 'standards'))),
    ...optional('base', word(valueAt(root, 'build', 'base'))),
    ...optional('repository', word(valueAt(root, 'image', 'repository'))),
    dependsOn: itemsAt(root, 'dependsOn').flatMap((item) => word(item) ?? []),
    contextUri,
    dockerfileUri: resolveUri(contextUri, textAt(root, 'build', 'dockerfile') ?? 'Dockerfile'),
    overrides: overrides?.kind === 'map' ? overrides.entries : [],
    root,
  };
}

/** The text of a scalar with its place. */
export function word(node: YamlNode | undefined): Word | undefined {
  const text = textAt(node);
  return node && text !== undefined ? { text, range: node.range } : undefined;
}
