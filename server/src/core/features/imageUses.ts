import type { Location } from '../../protocol.ts';
import { findImage } from '../dockerfile/catalogue.ts';
import type { Dockerfile, Span } from '../dockerfile/model.ts';
import { sourceStage, stageReferences } from '../dockerfile/stageReferences.ts';
import type { ServiceManifest } from '../service/parse.ts';
import type { CatalogueImage, Standards } from '../standards/model.ts';
import { normalUri, parentUri, resolveUri } from '../text/uris.ts';
import type { Workspace, WorkspaceFile } from './workspace.ts';

/** Gives the parse of a Dockerfile's present text. */
export type ParseFile = (file: WorkspaceFile) => Dockerfile;

/** Every FROM, `--from=` and `build.base` of the workspace that names a catalogue image. */
export function imageUses(workspace: Workspace, parse: ParseFile, image: CatalogueImage): readonly Location[] {
  const uses: Location[] = [];
  for (const file of workspace.files.values()) {
    if (file.kind !== 'dockerfile' || !mayName(file.text, image)) continue;
    const dockerfile = parse(file);
    const standards = workspace.standardsFor(file.uri);
    for (const { start, end } of usesIn(dockerfile, standards, image))
      uses.push({ uri: file.uri, range: dockerfile.index.range(start, end) });
  }
  for (const service of workspace.services) {
    if (service.base?.text === image.name && holds(workspace.standardsFor(service.uri), image)) {
      uses.push({ uri: service.uri, range: service.base.range });
    }
  }
  return uses;
}

/** The last segment of the repository stands in the text, or a variable may hide it. */
function mayName(text: string, image: CatalogueImage): boolean {
  return text.includes('$') || text.includes(image.repository.slice(image.repository.lastIndexOf('/') + 1));
}

function usesIn(file: Dockerfile, standards: Standards | undefined, image: CatalogueImage): Span[] {
  const means = (reference: string | undefined) => reference !== undefined && same(findImage(standards, reference)?.image, image);
  const froms = file.stages.flatMap(({ from, parent }) => (!parent && from.image && means(from.image.resolved) ? [from.image] : []));
  const sources = stageReferences(file).filter((reference) => !sourceStage(file, reference) && means(reference.value));
  return [...froms, ...sources];
}

function same(a: CatalogueImage | undefined, b: CatalogueImage): boolean {
  return a !== undefined && a.name === b.name && a.location.uri === b.location.uri;
}

function holds(standards: Standards | undefined, image: CatalogueImage): boolean {
  return standards?.images.some((candidate) => same(candidate, image)) ?? false;
}

/** The catalogue image that a Dockerfile of the workspace is the source of. */
export function imageBuiltBy(workspace: Workspace, uri: string): CatalogueImage | undefined {
  const standards = workspace.standardsFor(uri);
  return standards?.images.find((image) => sourceUri(standards, image) === normalUri(uri));
}

/** Where the Dockerfile of a catalogue image lies; undefined when the catalogue does not say. */
export function sourceUri(standards: Standards, image: CatalogueImage): string | undefined {
  if (!image.source) return undefined;
  return normalUri(resolveUri(resolveUri(parentUri(standards.uri), image.source.context), image.source.dockerfile));
}

/** The services whose image stands on a catalogue image, directly or on one that is built on it; by id. */
export function servicesOn(workspace: Workspace, parse: ParseFile, image: CatalogueImage): readonly ServiceManifest[] {
  return workspace.services.filter((service) => {
    const standards = workspace.standardsFor(service.dockerfileUri);
    const root = standards && rootImage(workspace, parse, service, standards);
    return same(root, image) || (root?.os === image.name && holds(standards, image));
  });
}

/** The catalogue image that a service's final stage stands on, directly. */
export function rootImage(
  workspace: Workspace,
  parse: ParseFile,
  service: ServiceManifest,
  standards: Standards,
): CatalogueImage | undefined {
  const file = workspace.file(service.dockerfileUri);
  let stage = file?.kind === 'dockerfile' ? parse(file).stages.at(-1) : undefined;
  while (stage?.parent) stage = stage.parent;
  const reference = stage?.from.image?.resolved;
  return reference === undefined
    ? standards.images.find(({ name }) => name === service.base?.text)
    : findImage(standards, reference)?.image;
}
