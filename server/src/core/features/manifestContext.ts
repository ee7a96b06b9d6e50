import type { ManifestContext } from '../rules/manifestContext.ts';
import { optional } from '../text/optional.ts';
import { ruleNames } from './ruleNames.ts';
import type { Workspace } from './workspace.ts';

/** What rules and features look at in one YAML file; undefined for files of other kinds. */
export function manifestContext(workspace: Workspace, uri: string): ManifestContext | undefined {
  const file = workspace.file(uri);
  const yaml = workspace.yaml(uri);
  const kind = file?.kind === 'other' && workspace.isStandardsPart(uri) ? 'standards' : file?.kind;
  if (!file || !yaml || kind === undefined || kind === 'dockerfile' || kind === 'dockerignore' || kind === 'other') return undefined;
  const service = workspace.serviceAt(uri);
  return {
    workspace,
    uri: file.uri,
    kind,
    yaml,
    names: ruleNames,
    ...optional('service', service),
    ...(service ? { dockerfile: () => workspace.dockerfile(service.dockerfileUri) } : {}),
    ...optional('environments', workspace.environmentsFor(uri)),
    ...optional('standards', workspace.standardsFor(uri)),
  };
}
