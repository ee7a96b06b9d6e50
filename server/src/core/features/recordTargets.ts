import type { Location } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import type { YamlCursor } from '../yaml/cursor.ts';
import { scalars, textAt, valueAt, type YamlPath } from '../yaml/tree.ts';
import type { DocumentLink } from './linksDockerfile.ts';
import type { Workspace } from './workspace.ts';

/** What a value of a record is about: a service, its image, another record, an image of the standards; undefined for others. */
export function recordTarget({ workspace, standards, yaml, uri }: ManifestContext, path: YamlPath, text: string): Location | undefined {
  const at = path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
  switch (at) {
    case 'identity.service':
      return serviceTarget(workspace, text);
    case 'identity.image.repository':
    case 'identity.image.digest':
    case 'content.services.*.image':
      return repositoryTarget(workspace, at === 'identity.image.digest' ? textAt(yaml.root, 'identity', 'image', 'repository') : text);
    case 'content.services.*.name':
      return serviceNamed(workspace, uri, text);
    case 'content.services.*.release':
    case 'derivedFrom.release':
      return releaseTarget(workspace, text);
    case 'base.line':
      return standards?.images.find(({ name }) => name === text)?.location;
    case 'base.image':
    case 'base.digest':
      return standards?.images.find(({ name, repository }) => name === textAt(yaml.root, 'base', 'line') || repository === text)?.location;
    default:
      return undefined;
  }
}

function serviceTarget(workspace: Workspace, id: string): Location | undefined {
  const service = workspace.service(id);
  return service && { uri: service.uri, range: service.nameRange };
}

/** A service of a snapshot by its name: that of the product of the environments file that the record belongs to, else the only one. */
function serviceNamed(workspace: Workspace, uri: string, name: string): Location | undefined {
  const named = workspace.services.filter((service) => service.name === name);
  const product = workspace.environmentsFor(uri)?.product;
  const service = named.find((one) => one.product === product) ?? (named.length === 1 ? named[0] : undefined);
  return service && { uri: service.uri, range: service.nameRange };
}

/** `image.repository` of the service that an image belongs to. */
function repositoryTarget(workspace: Workspace, image: string | undefined): Location | undefined {
  const repository = image?.replace(/@.*$/, '');
  const service = workspace.services.find((one) => one.repository?.text === repository);
  return service?.repository && { uri: service.uri, range: service.repository.range };
}

/** The file of a release. */
function releaseTarget(workspace: Workspace, id: string): Location | undefined {
  const file = [...workspace.files.values()].find((one) => one.kind === 'record' && one.uri.endsWith(`/${id}.yaml`));
  const start = { line: 0, character: 0 };
  return file && { uri: file.uri, range: workspace.yaml(file.uri)?.root ? idRange(workspace, file.uri) : { start, end: start } };
}

function idRange(workspace: Workspace, uri: string): Location['range'] {
  const start = { line: 0, character: 0 };
  return valueAt(workspace.yaml(uri)?.root, 'id')?.range ?? { start, end: start };
}

/** Where the value under the cursor leads. */
export function recordDefinition(context: ManifestContext, cursor: YamlCursor): Location | undefined {
  const text = cursor.on === 'value' ? textAt(cursor.node) : undefined;
  return text === undefined ? undefined : recordTarget(context, cursor.path, text);
}

/** Images, digests, services and releases of a record lead to what they are of. */
export function recordLinks(context: ManifestContext): readonly DocumentLink[] {
  if (!context.yaml.root) return [];
  return [...scalars(context.yaml.root)].flatMap(({ node, path }): DocumentLink[] => {
    const text = textAt(node);
    const target = text === undefined ? undefined : recordTarget(context, path, text);
    if (!target) return [];
    const { line, character } = target.range.start;
    return [{ range: node.range, target: `${target.uri}#L${line + 1},${character + 1}`, tooltip: 'Go to what this is of' }];
  });
}
