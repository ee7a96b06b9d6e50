import type { CatalogueModel, ComponentSummary, ImageSummary, ImageUse, ImageVersion } from '../../protocol.ts';
import { currentReference, findImage } from '../dockerfile/catalogue.ts';
import { sourceStage, stageReferences } from '../dockerfile/stageReferences.ts';
import type { CatalogueImage, Component, Standards } from '../standards/model.ts';
import { optional } from '../text/optional.ts';
import { type ParseFile, rootImage, sourceUri } from './imageUses.ts';
import type { Workspace, WorkspaceFile } from './workspace.ts';

/** The images and components of all standards of the workspace, with who stands on them; each Dockerfile is walked once. */
export function catalogueModel(workspace: Workspace, parse: ParseFile): CatalogueModel {
  const uses = collectUses(workspace, parse);
  const standing = collectServices(workspace, parse);
  return {
    images: workspace.standards.flatMap((standards) =>
      standards.images.map((image) =>
        imageSummary(workspace, standards, image, {
          uses: uses.get(keyOf(standards, image)) ?? [],
          services: standing.get(keyOf(standards, image)) ?? [],
        }),
      ),
    ),
    components: workspace.standards.flatMap((standards) =>
      standards.components.map((component) => componentSummary(workspace, standards, component)),
    ),
  };
}

function keyOf(standards: Standards, image: CatalogueImage): string {
  return `${standards.uri} ${image.layer} ${image.name}`;
}

type Users = Pick<ImageSummary, 'uses' | 'services'>;

function imageSummary(workspace: Workspace, standards: Standards, image: CatalogueImage, users: Users): ImageSummary {
  const source = sourceUri(standards, image);
  return {
    id: `${standards.name}/${image.name}`,
    name: image.name,
    layer: image.layer,
    standards: standards.name,
    repository: image.repository,
    reference: currentReference(image),
    ...optional('tag', image.current?.tag),
    ...optional('digest', image.current?.digest),
    previous: image.previous.flatMap(({ digest }) => digest ?? []),
    rebase: image.rebase,
    ...optional('os', image.os),
    ...optional('eol', image.eol),
    ended: image.eol !== undefined && image.eol < workspace.today,
    ...(image.deprecated && (image.deprecated.since ?? '') <= workspace.today ? { deprecated: image.deprecated } : {}),
    components: image.components.map((use) => versionInUse(workspace, standards, use)),
    location: image.location,
    ...(source && workspace.file(source) ? { dockerfileUri: source } : {}),
    ...users,
  };
}

function versionInUse(workspace: Workspace, standards: Standards, use: CatalogueImage['components'][number]): ImageVersion {
  const component = standards.components.find((candidate) => candidate.name === use.name);
  const version = component?.versions.find((candidate) => candidate.version === use.version);
  return {
    name: use.name,
    ...optional('version', use.version),
    ...optional('eol', version?.eol ?? undefined),
    ended: typeof version?.eol === 'string' && version.eol < workspace.today,
    deprecated: version?.deprecated !== undefined,
  };
}

function componentSummary(workspace: Workspace, standards: Standards, component: Component): ComponentSummary {
  const usedBy = (version: string) =>
    standards.images
      .filter((image) => image.components.some((use) => use.name === component.name && use.version === version))
      .map((image) => `${standards.name}/${image.name}`);
  return {
    id: `${standards.name}/${component.name}`,
    name: component.name,
    standards: standards.name,
    ...optional('title', component.title),
    location: component.location,
    versions: component.versions.map((version) => ({
      version: version.version,
      ...optional('eol', version.eol ?? undefined),
      ended: typeof version.eol === 'string' && version.eol < workspace.today,
      default: version.default,
      ...(version.deprecated ? { deprecated: version.deprecated } : {}),
      images: usedBy(version.version),
    })),
  };
}

/** The services that stand on each image: directly, or on one that is built on it. */
function collectServices(workspace: Workspace, parse: ParseFile): ReadonlyMap<string, readonly string[]> {
  const standing = new Map<string, string[]>();
  for (const service of workspace.services) {
    const standards = workspace.standardsFor(service.dockerfileUri);
    const root = standards && rootImage(workspace, parse, service, standards);
    if (!standards || !root) continue;
    const under = root.os === undefined ? undefined : standards.images.find((image) => image.name === root.os);
    for (const image of under ? [root, under] : [root]) {
      const key = keyOf(standards, image);
      standing.set(key, [...(standing.get(key) ?? []), service.id]);
    }
  }
  return standing;
}

/** Every FROM, `--from=` and `build.base` of the workspace that names a catalogue image, by image. */
function collectUses(workspace: Workspace, parse: ParseFile): ReadonlyMap<string, readonly ImageUse[]> {
  const uses = new Map<string, ImageUse[]>();
  const add = (standards: Standards, image: CatalogueImage, use: ImageUse) => {
    const key = keyOf(standards, image);
    uses.set(key, [...(uses.get(key) ?? []), use]);
  };
  for (const file of workspace.files.values()) {
    const standards = file.kind === 'dockerfile' ? workspace.standardsFor(file.uri) : undefined;
    if (standards) for (const { image, use } of usesInDockerfile(file, standards, parse)) add(standards, image, use);
  }
  for (const service of workspace.services) {
    const standards = workspace.standardsFor(service.uri);
    const image = standards?.images.find((candidate) => candidate.name === service.base?.text);
    if (standards && image && service.base)
      add(standards, image, { kind: 'name', location: { uri: service.uri, range: service.base.range } });
  }
  return uses;
}

function usesInDockerfile(
  workspaceFile: WorkspaceFile,
  standards: Standards,
  parse: ParseFile,
): readonly { readonly image: CatalogueImage; readonly use: ImageUse }[] {
  const file = parse(workspaceFile);
  const froms = file.stages.flatMap(({ from, parent }) =>
    !parent && from.image?.resolved ? [{ span: from.image, reference: from.image.resolved }] : [],
  );
  const sources = stageReferences(file)
    .filter((reference) => !sourceStage(file, reference))
    .map((reference) => ({ span: reference, reference: reference.value }));
  return [...froms, ...sources].flatMap(({ span, reference }) => {
    const image = findImage(standards, reference)?.image;
    const location = { uri: workspaceFile.uri, range: file.index.range(span.start, span.end) };
    return image ? [{ image, use: { kind: 'reference' as const, location } }] : [];
  });
}
