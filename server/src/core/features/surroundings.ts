import type { Dockerfile } from '../dockerfile/model.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import type { DockerfileContext, ManifestDemands } from '../rules/context.ts';
import type { ServiceManifest } from '../service/parse.ts';
import type { CatalogueImage, Standards } from '../standards/model.ts';
import { optional } from '../text/optional.ts';
import { normalUri, parentUri, resolveUri } from '../text/uris.ts';
import { entriesAt, itemsAt, textAt } from '../yaml/tree.ts';
import { createDockerfile } from './createDockerfile.ts';
import { productEnvironments, type Workspace } from './workspace.ts';

/** The catalogue's entry of a Dockerfile, and the way to the Dockerfiles of other entries. */
export function catalogueSources(
  uri: string,
  workspace: Workspace,
  standards: Standards | undefined,
): Pick<DockerfileContext, 'registered' | 'sourceOf' | 'generation'> {
  if (!standards) return {};
  const own = normalUri(uri);
  const parsed = new Map<string, Dockerfile | undefined>();
  return {
    ...optional(
      'registered',
      standards.images.find((image) => mayBe(own, image) && sourceUri(standards, image) === own),
    ),
    sourceOf: (image) => {
      const at = sourceUri(standards, image);
      if (at === undefined) return undefined;
      if (!parsed.has(at)) {
        const found = workspace.file(at);
        parsed.set(at, found && parseDockerfile(found.uri, found.text));
      }
      return parsed.get(at);
    },
    generation: () => {
      const service = workspace.serviceForDockerfile(own);
      const created = service && createDockerfile(workspace, service.uri);
      return created && 'text' in created ? created.text : undefined;
    },
  };
}

/** A look at the last folder: settling every entry's address for every file would cost more than the rules. */
function mayBe(uri: string, { source }: CatalogueImage): boolean {
  if (!source) return false;
  const folder = source.context.slice(source.context.lastIndexOf('/') + 1);
  return (
    (uri.endsWith(source.dockerfile) && (uri.includes(folder) || /^\.*$/.test(folder))) || isOdd(source.dockerfile) || isOdd(source.context)
  );
}

/** True for paths that an address may write differently. */
function isOdd(path: string): boolean {
  return /[%\s]|\.\./.test(path);
}

function sourceUri(standards: Standards, { source }: CatalogueImage): string | undefined {
  if (!source) return undefined;
  return normalUri(resolveUri(resolveUri(parentUri(standards.uri), source.context), source.dockerfile));
}

/** Where a service's image runs, and what its manifest does there. */
export function deliveryOf(workspace: Workspace, service: ServiceManifest): Pick<ManifestDemands, 'platforms' | 'probes' | 'logFiles'> {
  const kinds = productEnvironments(workspace, service).map(({ target }) => target.kind);
  return {
    platforms: [...new Set(kinds)],
    probes: entriesAt(service.root, 'health').length > 0,
    logFiles: itemsAt(service.root, 'logs', 'files').flatMap((item) => textAt(item, 'path') ?? []),
  };
}
