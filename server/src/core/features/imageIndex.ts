import type { Location } from '../../protocol.ts';
import { findImage } from '../dockerfile/catalogue.ts';
import type { Span } from '../dockerfile/model.ts';
import { sourceStage, stageReferences } from '../dockerfile/stageReferences.ts';
import type { ServiceManifest } from '../service/parse.ts';
import type { CatalogueImage } from '../standards/model.ts';
import { normalUri } from '../text/uris.ts';
import { type ParseFile, rootImage } from './imageUses.ts';
import type { Workspace } from './workspace.ts';

/** Who uses the images of the catalogue, found for all of them in one pass over the workspace. */
export interface ImageIndex {
  /** Every FROM, `--from=` and `build.base` that names the image. */
  usesOf(image: CatalogueImage): readonly Location[];
  /** The services whose image stands on it, directly or on one that is built on it. */
  servicesOn(image: CatalogueImage): readonly ServiceManifest[];
}

export function imageIndex(workspace: Workspace, parse: ParseFile): ImageIndex {
  const uses = new Map<string, Location[]>();
  for (const [image, location] of [...usesInDockerfiles(workspace, parse), ...usesInServices(workspace)]) put(uses, image, location);
  const services = new Map<string, ServiceManifest[]>();
  for (const service of workspace.services) {
    const standards = workspace.standardsFor(service.dockerfileUri);
    const root = standards && rootImage(workspace, parse, service, standards);
    put(services, root, service);
    if (root?.os) {
      const os = standards?.images.find(({ name, layer }) => layer === 'os' && name === root.os);
      put(services, os, service);
    }
  }
  return { usesOf: (image) => uses.get(keyOf(image)) ?? [], servicesOn: (image) => services.get(keyOf(image)) ?? [] };
}

function put<T>(map: Map<string, T[]>, image: CatalogueImage | undefined, value: T): void {
  if (image) map.set(keyOf(image), [...(map.get(keyOf(image)) ?? []), value]);
}

type Use = readonly [CatalogueImage | undefined, Location];

function usesInDockerfiles(workspace: Workspace, parse: ParseFile): readonly Use[] {
  return [...workspace.files.values()].flatMap((file): readonly Use[] => {
    const standards = file.kind === 'dockerfile' ? workspace.standardsFor(file.uri) : undefined;
    if (!standards) return [];
    const dockerfile = parse(file);
    const use = (reference: string | undefined, { start, end }: Span): Use => {
      const image = reference === undefined ? undefined : findImage(standards, reference)?.image;
      return [image, { uri: file.uri, range: dockerfile.index.range(start, end) }];
    };
    return [
      ...dockerfile.stages.flatMap(({ from, parent }) => (!parent && from.image ? [use(from.image.resolved, from.image)] : [])),
      ...stageReferences(dockerfile)
        .filter((reference) => !sourceStage(dockerfile, reference))
        .map((reference) => use(reference.value, reference)),
    ];
  });
}

function usesInServices(workspace: Workspace): readonly Use[] {
  return workspace.services.flatMap((service): readonly Use[] => {
    const { base, uri } = service;
    const image = base && workspace.standardsFor(uri)?.images.find(({ name }) => name === base.text);
    return base ? [[image, { uri, range: base.range }]] : [];
  });
}

function keyOf({ name, location }: CatalogueImage): string {
  return `${normalUri(location.uri)}#${name}`;
}
