import type { ImportChoice, ImportedService } from '../../../protocol.ts';
import { parentUri, resolveUri } from '../../text/uris.ts';
import { entriesAt, type MapEntry, type YamlNode } from '../../yaml/tree.ts';
import type { Workspace } from '../workspace.ts';
import { labelOf } from './amounts.ts';
import { buildOf } from './composeBuild.ts';
import { lostTopKeys } from './composeLost.ts';
import type { ComposeService } from './composeModel.ts';
import { composeSections } from './composeService.ts';
import { filledAt } from './composeText.ts';
import { collectNotes, type Notes, noteRest } from './notes.ts';
import type { ImportPlace } from './place.ts';
import { writeManifest } from './write.ts';

/** True for a file of Compose: a map of services, each of which is a map. */
export function isCompose(root: YamlNode | undefined): boolean {
  const services = entriesAt(root, 'services');
  return services.length > 0 && services.some(({ value }) => value.kind === 'map');
}

export interface ComposeInput {
  readonly workspace: Workspace;
  readonly uri: string;
  readonly root: YamlNode;
}

/** The services of the file. */
export function composeChoices({ uri, root }: ComposeInput): readonly ImportChoice[] {
  return servicesIn(root).map((entry) => {
    const build = buildOf(uri, entry.value);
    const context = filledAt(entry.value, 'build') ?? filledAt(entry.value, 'build', 'context') ?? '.';
    return {
      name: entry.key,
      detail: build ? `built from ${context}` : `image ${filledAt(entry.value, 'image') ?? 'unknown'}`,
      own: build !== undefined,
    };
  });
}

/** Manifests of the services with these names. */
export function importCompose(input: ComposeInput, names: readonly string[], notes: Notes): readonly ImportedService[] {
  const { root } = input;
  const chosen = servicesIn(root).filter(({ key }) => names.includes(key));
  noteRest(
    entriesAt(root),
    'file',
    { handled: ['services', 'version', 'name', 'networks', 'volumes', 'configs', 'secrets'], lost: lostTopKeys, format: 'Compose' },
    notes,
  );
  const known = new Map(input.workspace.services.map(({ name }) => [name, name]));
  const siblings = new Map([...known, ...chosen.map(({ key }) => [key, nameOf(key)] as const)]);
  const taken = new Set<string>();
  return chosen.map((entry) => importOne(input, entry, siblings, taken));
}

function importOne(
  { workspace, uri, root }: ComposeInput,
  entry: MapEntry,
  siblings: ReadonlyMap<string, string>,
  taken: Set<string>,
): ImportedService {
  const build = buildOf(uri, entry.value);
  const name = nameOf(entry.key);
  const own = build ? resolveUri(build.folder, 'waybill.yaml') : '';
  // Two services of one folder, and images of others, get a folder of their own.
  const target =
    build && !taken.has(own) && !usedBySeveral(root, uri, build.folder) ? own : resolveUri(parentUri(uri), `${name}/waybill.yaml`);
  taken.add(target);
  const standards = workspace.standardsFor(target);
  const place: ImportPlace = { workspace, uri: target, standards, notes: collectNotes() };
  if (name !== entry.key)
    place.notes.changed(
      entry,
      `services.${entry.key}`,
      `\`${entry.key}\` cannot be the name of a service.`,
      `It is called \`${name}\`: others reach it by that name.`,
    );
  const service: ComposeService = {
    composeUri: uri,
    root,
    name,
    node: entry.value,
    path: `services.${entry.key}`,
    place,
    build,
    secretNames: standards?.policy.secretNamePattern,
    siblings,
  };
  const text = writeManifest(composeSections(service));
  return { name, uri: target, exists: workspace.file(target) !== undefined, text, notes: place.notes.all() };
}

function usedBySeveral(root: YamlNode, uri: string, folder: string): boolean {
  return servicesIn(root).filter(({ value }) => buildOf(uri, value)?.folder === folder).length > 1;
}

function servicesIn(root: YamlNode): readonly MapEntry[] {
  return entriesAt(root, 'services').filter(({ value }) => value.kind === 'map');
}

function nameOf(key: string): string {
  return labelOf(key) || 'service';
}
