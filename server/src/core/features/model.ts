import type { EnvironmentSummary, ModelProblem, ServiceSummary, WorkspaceModel } from '../../protocol.ts';
import type { ServiceManifest } from '../service/parse.ts';
import { optional } from '../text/optional.ts';
import { uriPath } from '../text/uris.ts';
import { catalogueModel } from './catalogueModel.ts';
import type { ParseFile } from './imageUses.ts';
import { lintManifest } from './lintManifest.ts';
import { productEnvironments, type Workspace } from './workspace.ts';

/**
 * The answer to `waybill/model`: what the trees, the pickers and the CLI know of the workspace.
 * @param parse gives parses of Dockerfiles; without it the answer has no catalogue
 */
export function workspaceModel(workspace: Workspace, parse?: ParseFile): WorkspaceModel {
  const services = workspace.services.filter((service) => service.name !== '' && service.product !== '');
  const nameless = workspace.services.filter((service) => service.name === '' || service.product === '');
  return {
    services: services.map((service) => summary(workspace, service)),
    environments: uniqueEnvironments(workspace),
    pools: workspace.environments.flatMap((file) => file.pools),
    registries: workspace.standards.flatMap((standards) => standards.registries.map(({ name, host }) => ({ name, host }))),
    ...(parse ? { catalogue: catalogueModel(workspace, parse) } : {}),
    problems: [
      ...nameless.flatMap((service) => errorsOf(workspace, service.uri).slice(0, 1)),
      ...workspace.environments.flatMap((file) => [...file.problems, ...errorsOf(workspace, file.uri)]),
      ...workspace.standards.flatMap((standards) => errorsOf(workspace, standards.uri)),
    ],
  };
}

function summary(workspace: Workspace, service: ServiceManifest): ServiceSummary {
  return {
    id: service.id,
    name: service.name,
    product: service.product,
    ...optional('title', service.title),
    location: { uri: service.uri, range: service.nameRange },
    folder: uriPath(service.folderUri),
    dockerfileUri: service.dockerfileUri,
    ...optional('repository', service.repository?.text),
    ...optional('base', service.base?.text),
    dependsOn: service.dependsOn.map((word) => word.text),
    environments: productEnvironments(workspace, service).map((environment) => environment.name),
    problems: errorsOf(workspace, service.uri),
  };
}

/** One environment per product and name; the first file wins where two claim one. */
function uniqueEnvironments(workspace: Workspace): readonly EnvironmentSummary[] {
  const seen = new Set<string>();
  return workspace.environments
    .flatMap((file) => file.environments)
    .filter((environment) => {
      const id = `${environment.product}/${environment.name}`;
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });
}

function errorsOf(workspace: Workspace, uri: string): readonly ModelProblem[] {
  return lintManifest(workspace, uri)
    .filter((finding) => finding.severity === 'error')
    .map((finding) => ({ message: finding.message, location: { uri, range: finding.range } }));
}
