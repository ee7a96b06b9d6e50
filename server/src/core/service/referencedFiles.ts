import { resolveUri } from '../text/uris.ts';
import { itemsAt, textAt } from '../yaml/tree.ts';
import type { ServiceManifest } from './parse.ts';

/** URIs of the files whose text becomes part of the effective configuration: `config[].source` and `envFrom[].configFile`, overrides included. */
export function referencedFiles(service: ServiceManifest): string[] {
  const roots = [service.root, ...service.overrides.map((override) => override.value)];
  const paths = roots.flatMap((root) => [
    ...itemsAt(root, 'config').map((item) => textAt(item, 'source')),
    ...itemsAt(root, 'envFrom').map((item) => textAt(item, 'configFile')),
  ]);
  return [...new Set(paths.filter((path) => path !== undefined))].map((path) => resolveUri(service.folderUri, path));
}
