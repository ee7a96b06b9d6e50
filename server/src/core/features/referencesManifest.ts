import type { Location, Position, Range } from '../../protocol.ts';
import { definedNames } from '../rules/manifestNames.ts';
import { contains, type TextEdit } from '../text/edits.ts';
import { normalUri } from '../text/uris.ts';
import { schemaOf } from '../yaml/schemas.ts';
import { entriesAt, itemsAt, textAt, valueAt } from '../yaml/tree.ts';
import { namedPlaces } from '../yaml/walk.ts';
import { anchorNameAt, anchorNames } from './anchorNames.ts';
import { imageUses, type ParseFile } from './imageUses.ts';
import { manifestContext } from './manifestContext.ts';
import type { Workspace } from './workspace.ts';

/** A name that can be renamed: what it is called now, and the word under the cursor. */
export interface ManifestName {
  readonly kind: string;
  readonly name: string;
  readonly definition: Location;
  readonly range: Range;
}

/** Kinds that the workspace defines, by the name that people give them. */
const kinds: readonly { readonly kind: string; readonly what: string; readonly pattern: RegExp }[] = [
  { kind: 'images', what: 'image', pattern: /^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/ },
  { kind: 'components', what: 'component', pattern: /^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/ },
  { kind: 'standards', what: 'standards', pattern: /^[a-z]([-a-z0-9]{0,44}[a-z0-9])?$/ },
  { kind: 'products', what: 'product', pattern: /^[a-z]([-a-z0-9]{0,44}[a-z0-9])?$/ },
  { kind: 'services', what: 'service', pattern: /^[a-z]([-a-z0-9]{0,44}[a-z0-9])?$/ },
  { kind: 'environments', what: 'environment', pattern: /^[a-z]([-a-z0-9]{0,18}[a-z0-9])?$/ },
  { kind: 'pools', what: 'pool', pattern: /^[a-z0-9][a-z0-9_-]*$/ },
  { kind: 'logStores', what: 'log store', pattern: /^[a-z0-9][a-z0-9_-]*$/ },
  { kind: 'anchors', what: 'anchor', pattern: /^[^\s,[\]{}&*]+$/ },
  { kind: 'ports', what: 'port', pattern: /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?$/ },
];

const sameKind: Readonly<Record<string, string>> = { baseImages: 'images', osImages: 'images', ownEnvironments: 'environments' };

/** The name under the cursor, on a use or on its definition; undefined elsewhere. */
export function manifestNameAt(workspace: Workspace, uri: string, position: Position): ManifestName | undefined {
  const context = manifestContext(workspace, uri);
  if (!context?.yaml.root) return undefined;
  const anchor = anchorNameAt(context.yaml, position);
  if (anchor) return { kind: 'anchors', name: anchor.name, definition: { uri, range: anchor.definition }, range: anchor.range };
  const place = namedPlaces(schemaOf(context.kind), context.yaml.root).find((one) => contains(one.range, position));
  if (place) {
    const definition = definedNames(place.kind, context).find((one) => one.name === place.text)?.location;
    if (definition) return { kind: sameKind[place.kind] ?? place.kind, name: place.text, definition, range: place.range };
  }
  for (const { kind } of kinds) {
    const own = allNames(workspace, kind, uri).find(
      ({ location }) => location && isHere(location, uri) && contains(location.range, position),
    );
    if (own?.location) return { kind, name: own.name, definition: own.location, range: own.location.range };
  }
  return undefined;
}

/** Names of a kind as the file sees them; services also see themselves. */
function allNames(workspace: Workspace, kind: string, uri: string): readonly { readonly name: string; readonly location?: Location }[] {
  const service = workspace.serviceAt(uri);
  if (kind === 'services' && service) return [{ name: service.name, location: { uri: service.uri, range: service.nameRange } }];
  const context = manifestContext(workspace, uri);
  if (kind === 'anchors') return [...(context ? anchorNames(context.yaml) : [])].map((name) => ({ name }));
  return context ? definedNames(kind, context) : [];
}

function isHere(location: Location, uri: string): boolean {
  return normalUri(location.uri) === normalUri(uri);
}

/**
 * Where the name under the cursor is used: in manifests, standards and environments, and for images in Dockerfiles.
 * The definition comes first when asked for.
 */
export function referencesManifest(
  workspace: Workspace,
  parse: ParseFile,
  uri: string,
  position: Position,
  options: { readonly definition: boolean },
): readonly Location[] {
  const name = manifestNameAt(workspace, uri, position);
  if (!name) return [];
  const image =
    name.kind === 'images'
      ? workspace.standards.flatMap((standards) => standards.images).find(({ location }) => sameLocation(location, name.definition))
      : undefined;
  const uses = [...usesOf(workspace, name), ...(image ? imageUses(workspace, parse, image) : [])];
  const all = options.definition ? [name.definition, ...uses] : uses.filter((use) => !sameLocation(use, name.definition));
  return [...new Map(all.map((location) => [keyOf(location), location])).values()];
}

function usesOf(workspace: Workspace, { kind, name, definition }: ManifestName): readonly Location[] {
  if (kind === 'anchors') return anchorUses(workspace, definition);
  return [...workspace.files.values()].flatMap((file) => {
    // A name that does not stand in the text is not looked for in the tree.
    const context = file.text.includes(name) ? manifestContext(workspace, file.uri) : undefined;
    if (!context?.yaml.root) return [];
    const places = namedPlaces(schemaOf(context.kind), context.yaml.root).filter(
      (place) => (sameKind[place.kind] ?? place.kind) === kind && place.text === name,
    );
    const uses = places
      .filter((place) =>
        definedNames(place.kind, context).some((one) => one.name === name && one.location && sameLocation(one.location, definition)),
      )
      .map(({ range }) => ({ uri: file.uri, range }));
    return kind === 'ports' && isHere(definition, file.uri) ? [...uses, ...portOverrides(workspace, file.uri, name)] : uses;
  });
}

/** An anchor is known in its own file alone. */
function anchorUses(workspace: Workspace, { uri, range }: Location): readonly Location[] {
  const yaml = workspace.yaml(uri);
  return (yaml && anchorNameAt(yaml, range.start)?.places.map((place) => ({ uri, range: place }))) ?? [];
}

/** `environments.<name>.ports` lays itself over the port of the same name. */
function portOverrides(workspace: Workspace, uri: string, name: string): readonly Location[] {
  return entriesAt(workspace.yaml(uri)?.root, 'environments').flatMap((entry) =>
    itemsAt(entry.value, 'ports').flatMap((item) => {
      const node = valueAt(item, 'name');
      return node && textAt(node) === name ? [{ uri, range: node.range }] : [];
    }),
  );
}

function sameLocation(a: Location, b: Location): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf({ uri, range }: Location): string {
  return `${normalUri(uri)}:${range.start.line}:${range.start.character}`;
}

/** The edits of a rename by file, or why it cannot be done. */
export type ManifestRename =
  | { readonly edits: ReadonlyMap<string, readonly TextEdit[]> }
  /** What is wrong with the new name, for people. */
  | { readonly refusal: string };

/** Renames what is under the cursor in all files that name it; undefined when nothing is. FROM lines name repositories and stay. */
export function renameManifest(workspace: Workspace, uri: string, position: Position, newName: string): ManifestRename | undefined {
  const name = manifestNameAt(workspace, uri, position);
  const kind = kinds.find((one) => one.kind === name?.kind);
  if (!name || !kind) return undefined;
  if (!kind.pattern.test(newName))
    return { refusal: `\`${newName}\` cannot be the name of ${/^[aeiou]/.test(kind.what) ? 'an' : 'a'} ${kind.what}.` };
  if (newName !== name.name && allNames(workspace, name.kind, name.definition.uri).some((other) => other.name === newName)) {
    return { refusal: `There is ${/^[aeiou]/.test(kind.what) ? 'an' : 'a'} ${kind.what} \`${newName}\` already.` };
  }
  const places = new Map([name.definition, ...usesOf(workspace, name)].map((location) => [keyOf(location), location]));
  const edits = new Map<string, TextEdit[]>();
  for (const location of places.values()) {
    const yaml = workspace.yaml(location.uri);
    const quote =
      yaml && name.kind !== 'anchors' ? /^["']/.exec(yaml.text.slice(yaml.index.offsetAt(location.range.start)))?.[0] : undefined;
    edits.set(location.uri, [
      ...(edits.get(location.uri) ?? []),
      { range: location.range, text: `${quote ?? ''}${newName}${quote ?? ''}` },
    ]);
  }
  return { edits };
}
