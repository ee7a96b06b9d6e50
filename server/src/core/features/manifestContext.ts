import type { Dockerfile } from '../dockerfile/model.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { optional } from '../text/optional.ts';
import { ruleNames } from './ruleNames.ts';
import type { Workspace } from './workspace.ts';

/** What rules and features look at in one YAML file; undefined for files of other kinds. */
export function manifestContext(workspace: Workspace, uri: string): ManifestContext | undefined {
  const file = workspace.file(uri);
  const yaml = workspace.yaml(uri);
  const kind = file?.kind === 'other' && workspace.isStandardsPart(uri) ? 'standards' : file?.kind;
  if (!file || !yaml || (kind !== 'service' && kind !== 'environments' && kind !== 'standards' && kind !== 'hadolint')) return undefined;
  const service = workspace.serviceAt(uri);
  let dockerfile: { readonly parsed: Dockerfile | undefined } | undefined;
  return {
    workspace,
    uri: file.uri,
    kind,
    yaml,
    names: ruleNames,
    ...optional('service', service),
    ...(service
      ? {
          dockerfile: () => {
            const found = workspace.file(service.dockerfileUri);
            dockerfile ??= { parsed: found?.kind === 'dockerfile' ? parseDockerfile(found.uri, found.text) : undefined };
            return dockerfile.parsed;
          },
        }
      : {}),
    ...optional('environments', workspace.environmentsFor(uri)),
    ...optional('standards', workspace.standardsFor(uri)),
  };
}
