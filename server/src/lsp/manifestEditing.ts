/** Editing of the YAML files, on the one parse of a file's present text. All pure. */
import { highlightManifest } from '../core/features/highlightManifest.ts';
import { type ImageIndex, imageIndex } from '../core/features/imageIndex.ts';
import type { ParseFile } from '../core/features/imageUses.ts';
import { lensesManifest } from '../core/features/lensesManifest.ts';
import { linksManifest } from '../core/features/linksManifest.ts';
import { manifestContext } from '../core/features/manifestContext.ts';
import { newLineManifest } from '../core/features/newLineManifest.ts';
import { selectManifest } from '../core/features/selectManifest.ts';
import { tokensManifest } from '../core/features/tokensManifest.ts';
import type { Workspace, WorkspaceFile } from '../core/features/workspace.ts';
import type { ManifestContext } from '../core/rules/manifestContext.ts';
import { formatYaml } from '../core/yaml/format.ts';
import type { YamlFile } from '../core/yaml/parse.ts';
import type { EditingFeatures } from './editingFeatures.ts';

/** Who uses which image is found once for a state of the workspace. */
export function manifestEditing(parse: ParseFile): EditingFeatures {
  const indexes = new WeakMap<Workspace, ImageIndex>();
  const indexOf = (workspace: Workspace): ImageIndex => {
    const known = indexes.get(workspace) ?? imageIndex(workspace, parse);
    indexes.set(workspace, known);
    return known;
  };
  const onYaml = <T>(workspace: Workspace, file: WorkspaceFile, ask: (yaml: YamlFile) => readonly T[]): readonly T[] => {
    const yaml = workspace.yaml(file.uri);
    return yaml ? ask(yaml) : [];
  };
  const inContext = <T>(workspace: Workspace, file: WorkspaceFile, ask: (context: ManifestContext) => readonly T[]): readonly T[] => {
    const context = manifestContext(workspace, file.uri);
    return context ? ask(context) : [];
  };
  return {
    highlights: (workspace, file, position) => highlightManifest(workspace, parse, file.uri, position),
    selection: (workspace, file, position) => onYaml(workspace, file, (yaml) => selectManifest(yaml, position)),
    format: (workspace, file, options, range) =>
      // A record is what its id says: nobody's editor writes in it.
      file.kind === 'record' ? [] : onYaml(workspace, file, (yaml) => formatYaml(yaml, options, range)),
    formatNewLine: (workspace, file, position, options) => onYaml(workspace, file, (yaml) => newLineManifest(yaml, position, options)),
    tokens: (workspace, file, range) => inContext(workspace, file, (context) => tokensManifest(context, range)),
    lenses: (workspace, file) => inContext(workspace, file, (context) => lensesManifest(context, () => indexOf(workspace))),
    links: (workspace, file) => inContext(workspace, file, linksManifest),
  };
}
