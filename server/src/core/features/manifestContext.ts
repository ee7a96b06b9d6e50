import { parseConfd } from '../confd/parse.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { parseSupervisor } from '../supervisor/parse.ts';
import { optional } from '../text/optional.ts';
import { parentUri } from '../text/uris.ts';
import { parseYaml } from '../yaml/parse.ts';
import { extendsEntries, parentStandards } from './extending.ts';
import { lockDemands } from './lockDemands.ts';
import { ruleNames } from './ruleNames.ts';
import type { Workspace, WorkspaceFile } from './workspace.ts';

/** What rules and features look at in one YAML file; undefined for files of other kinds. */
export function manifestContext(workspace: Workspace, uri: string): ManifestContext | undefined {
  const file = workspace.file(uri);
  if (file?.kind === 'supervisor' || file?.kind === 'confd') return companionContext(workspace, file);
  const yaml = workspace.yaml(uri);
  const kind = file?.kind === 'other' && workspace.isStandardsPart(uri) ? 'standards' : file?.kind;
  if (!file || !yaml || kind === undefined || kind === 'template' || kind === 'dockerfile' || kind === 'dockerignore' || kind === 'other')
    return undefined;
  const service = workspace.serviceAt(uri);
  return {
    workspace,
    uri: file.uri,
    kind,
    yaml,
    names: ruleNames,
    ...optional('service', service),
    ...(service ? { dockerfile: () => workspace.dockerfile(service.dockerfileUri) } : {}),
    ...(kind === 'standards'
      ? { extendsEntries: () => extendsEntries(workspace, uri), parentStandards: () => parentStandards(workspace, uri) }
      : {}),
    ...(kind === 'record' ? { lockDemands: () => lockDemands(workspace, parentUri(uri)) } : {}),
    ...optional('environments', workspace.environmentsFor(uri)),
    ...optional('standards', workspace.standardsFor(uri)),
  };
}

/** Configuration of other programs: no YAML, and judged in the same frame. */
function companionContext(workspace: Workspace, { uri, kind, text }: WorkspaceFile): ManifestContext {
  return {
    workspace,
    uri,
    kind: kind === 'confd' ? 'confd' : 'supervisor',
    yaml: parseYaml(''),
    names: ruleNames,
    ...(kind === 'confd' ? { confd: parseConfd(text) } : { supervisor: parseSupervisor(text) }),
    ...optional('standards', workspace.standardsFor(uri)),
  };
}
