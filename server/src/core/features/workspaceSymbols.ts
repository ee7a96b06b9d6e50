import type { Location } from '../../protocol.ts';
import { baseName, parentUri } from '../text/uris.ts';
import { itemsAt, textAt, valueAt } from '../yaml/tree.ts';
import type { ParseFile } from './imageUses.ts';
import type { Workspace } from './workspace.ts';

/** A named thing of the workspace. */
export interface WorkspaceSymbol {
  readonly name: string;
  readonly kind: 'service' | 'image' | 'component' | 'environment' | 'pool' | 'release' | 'stage';
  /** What it belongs to. */
  readonly container: string;
  readonly location: Location;
}

const most = 500;

/** Services, catalogue images, components, environments, builder pools, recorded releases and stages whose name has the letters of `query` in their order. */
export function workspaceSymbols(workspace: Workspace, parse: ParseFile, query: string): readonly WorkspaceSymbol[] {
  return [...manifestSymbols(workspace), ...recordSymbols(workspace), ...stageSymbols(workspace, parse)]
    .filter(({ name }) => matches(name, query))
    .slice(0, most);
}

function manifestSymbols(workspace: Workspace): WorkspaceSymbol[] {
  const services = workspace.services.map((service): WorkspaceSymbol => {
    const location = { uri: service.uri, range: service.nameRange };
    return { name: service.name, kind: 'service', container: service.product, location };
  });
  const standards = workspace.standards.flatMap(({ images, components, name }) => [
    ...images.map((image): WorkspaceSymbol => ({ name: image.name, kind: 'image', container: name, location: image.location })),
    ...components.map(
      (component): WorkspaceSymbol => ({ name: component.name, kind: 'component', container: name, location: component.location }),
    ),
  ]);
  const environments = workspace.environments.flatMap((file) =>
    file.environments.map(
      (environment): WorkspaceSymbol => ({
        name: environment.name,
        kind: 'environment',
        container: file.product ?? '',
        location: environment.location,
      }),
    ),
  );
  return [...services, ...standards, ...environments, ...poolSymbols(workspace)];
}

function poolSymbols(workspace: Workspace): WorkspaceSymbol[] {
  return workspace.environments.flatMap(({ uri, product }) =>
    itemsAt(workspace.yaml(uri)?.root, 'builders').flatMap((pool): WorkspaceSymbol[] => {
      const node = valueAt(pool, 'name');
      const name = textAt(node);
      return node && name ? [{ name, kind: 'pool', container: product ?? '', location: { uri, range: node.range } }] : [];
    }),
  );
}

/** Releases by their id and by their alias. */
function recordSymbols(workspace: Workspace): WorkspaceSymbol[] {
  return [...workspace.files.values()].flatMap(({ uri, kind, text }) => {
    if (kind !== 'record' || !/\bkind:\s*["']?Release\b|"kind":\s*"Release"/.test(text)) return [];
    const root = workspace.yaml(uri)?.root;
    return ['id', 'alias'].flatMap((key): WorkspaceSymbol[] => {
      const node = valueAt(root, key);
      const name = textAt(node);
      const container = textAt(root, 'identity', 'service') ?? '';
      return node && name ? [{ name, kind: 'release', container, location: { uri, range: node.range } }] : [];
    });
  });
}

function stageSymbols(workspace: Workspace, parse: ParseFile): WorkspaceSymbol[] {
  return [...workspace.files.values()].flatMap((file) => {
    if (file.kind !== 'dockerfile' || !/\sas\s/i.test(file.text)) return [];
    const { stages, index } = parse(file);
    return stages.flatMap(({ name, from }): WorkspaceSymbol[] => {
      if (!name || !from.name) return [];
      const location = { uri: file.uri, range: index.range(from.name.start, from.name.end) };
      return [{ name, kind: 'stage', container: `${baseName(parentUri(file.uri))}/${baseName(file.uri)}`, location }];
    });
  });
}

function matches(name: string, query: string): boolean {
  let at = 0;
  for (const letter of query.toLowerCase()) {
    at = name.toLowerCase().indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
