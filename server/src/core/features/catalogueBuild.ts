import type { BuildSpec, BuildSpecAnswer, Location } from '../../protocol.ts';
import { osOf } from '../dockerfile/catalogue.ts';
import { splitReference } from '../dockerfile/imageReference.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { rootOfTarget } from '../rules/context.ts';
import type { CatalogueImage, Standards } from '../standards/model.ts';
import { optional } from '../text/optional.ts';
import { didYouMean } from '../text/suggest.ts';
import { parentUri, resolveUri, uriPath } from '../text/uris.ts';
import type { DockerfileFindings } from './buildSpec.ts';
import { sourceUri } from './imageUses.ts';
import { dockerfileContext } from './lint.ts';
import type { Workspace, WorkspaceFile } from './workspace.ts';

/** An image of the catalogue and the standards that it is of; why not otherwise. */
export function findCatalogueImage(
  workspace: Workspace,
  id: string,
): { standards: Standards; image: CatalogueImage } | { problem: string } {
  const all = workspace.standards.flatMap((standards) => standards.images.map((image) => ({ standards, image })));
  const found = all.filter(({ standards, image }) => id === image.name || id === `${standards.name}/${image.name}`);
  const [first] = found;
  if (first && found.length === 1) return first;
  if (first) return { problem: `Several standards have an image \`${id}\`: write the standards before the name, \`standards/name\`.` };
  const names = all.map(({ image }) => image.name);
  return { problem: `The standards have no image \`${id}\`.${didYouMean(id, names)}` };
}

/** How an image of the standards is built from its own Dockerfile: like a service, but for its layer and its base. */
export function catalogueBuild(workspace: Workspace, id: string, judge: (file: WorkspaceFile) => DockerfileFindings): BuildSpecAnswer {
  const found = findCatalogueImage(workspace, id);
  if ('problem' in found) return { problems: [{ severity: 'error', message: found.problem }] };
  const { standards, image } = found;
  const refuse = (message: string): BuildSpecAnswer => ({ problems: [{ severity: 'error', message, location: image.location }] });
  const uri = sourceUri(standards, image);
  if (!image.source || uri === undefined) return refuse(`\`${image.name}\` has no \`source\`: nobody knows where its Dockerfile is.`);
  const file = workspace.file(uri);
  if (!file)
    return refuse(`The Dockerfile of \`${image.name}\`, ${image.source.context}/${image.source.dockerfile}, is not in this workspace.`);
  const pool = workspace.environments.flatMap(({ pools }) => pools)[0]?.name;
  if (pool === undefined) return refuse('No environments file of this workspace lists builders: add `builders` with one member.');
  return { spec: specOf(workspace, standards, image, file, pool, judge(file)), problems: [] };
}

function specOf(
  workspace: Workspace,
  standards: Standards,
  image: CatalogueImage,
  file: WorkspaceFile,
  pool: string,
  judged: DockerfileFindings,
): BuildSpec {
  const errors = judged.findings.filter(({ severity }) => severity === 'error');
  const at = (range: Location['range']): Location => ({ uri: file.uri, range });
  const registry = standards.registries.find(({ host }) => image.repository.startsWith(`${host}/`));
  return {
    service: image.name,
    product: standards.name,
    context: uriPath(resolveUri(parentUri(standards.uri), image.source?.context ?? '.')),
    dockerfile: uriPath(file.uri),
    args: {},
    secrets: [],
    platforms: image.platforms && image.platforms.length > 0 ? image.platforms : ['linux/amd64'],
    repository: image.repository,
    tagTemplate: nextTag(image.current?.tag),
    labels: {},
    pool,
    selector: {},
    timeout: 3600,
    ...optional('sbomScanner', standards.policy.sbomScanner),
    standards: { name: standards.name, version: standards.version },
    ...optional('base', baseUnder(workspace, standards, image, file)),
    errors: errors.map((finding) => ({ message: finding.message, rule: finding.rule, location: at(finding.range) })),
    findings: {
      error: errors.length,
      warning: judged.findings.filter(({ severity }) => severity === 'warning').length,
      waived: judged.waived ?? 0,
    },
    immutableTags: registry?.immutableTags ?? [],
  };
}

/** `9.6-2` → `9.6-3`, `2.4.1-r3` → `2.4.1-r4`; a tag without a number behind a hyphen gets one. */
export function nextTag(tag: string | undefined): string {
  if (tag === undefined) return '1.0-1';
  const [, head, count] = /^(.*-r?)(\d+)$/.exec(tag) ?? [];
  return head !== undefined && count !== undefined && count.length < 8 ? `${head}${Number(count) + 1}` : `${tag}-1`;
}

/** What its Dockerfile stands on, when that is an image of the catalogue: the OS under a base image. */
function baseUnder(workspace: Workspace, standards: Standards, image: CatalogueImage, file: WorkspaceFile): BuildSpec['base'] {
  const root = rootOfTarget(dockerfileContext(parseDockerfile(file.uri, file.text), workspace))?.root;
  const used = root?.kind === 'image' ? root : undefined;
  const line = used?.catalogue?.image ?? osOf(standards, image);
  const digest = (used && splitReference(used.reference).digest) ?? used?.catalogue?.pinned?.digest ?? line?.current?.digest;
  if (!line || line.name === image.name || digest === undefined) return undefined;
  return { line: line.name, image: { repository: line.repository, digest } };
}
