import type { Position } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { entryWithMap, setValue } from '../rules/manifestEdits.ts';
import type { TextEdit } from '../text/edits.ts';
import { cursorAt } from '../yaml/cursor.ts';
import { valueAt } from '../yaml/tree.ts';
import { manifestContext } from './manifestContext.ts';
import { copyEntry, moveEntry } from './moveValue.ts';
import { productEnvironments, type Workspace } from './workspace.ts';

/** A change of form that keeps what the manifest means. */
export interface Refactor {
  readonly title: string;
  /** LSP's kind. */
  readonly kind: 'refactor.extract' | 'refactor.inline' | 'refactor.rewrite';
  readonly edits: readonly TextEdit[];
  /** A file that is made along with them. */
  readonly create?: { readonly uri: string; readonly text: string };
  /** Shown before it is done. */
  readonly preview?: boolean;
}

/** Sections that are the same in every environment. */
const fixed = ['apiVersion', 'kind', 'metadata', 'dependsOn', 'standards', 'build', 'image', 'environments'];

/** What can be done with the value under the cursor of a service's manifest: override it, take an override back, add an environment. */
export function refactorManifest(workspace: Workspace, uri: string, position: Position): readonly Refactor[] {
  const context = manifestContext(workspace, uri);
  const cursor = context?.service && cursorAt(context.yaml.root, position);
  if (!context?.service || !cursor) return [];
  const path = cursor.path.filter((step) => typeof step === 'string');
  // Items of lists have no path of keys; a list is overridden as a whole.
  const toList = cursor.path.findIndex((step) => typeof step === 'number');
  const keys = toList < 0 ? path : cursor.path.slice(0, toList).filter((step) => typeof step === 'string');
  if (keys[0] === 'environments') return [...moved(context, keys), ...added(context)];
  return keys.length === 0 || fixed.includes(keys[0] ?? '') ? [] : overridden(context, keys);
}

function environmentNames({ workspace, service }: ManifestContext): readonly string[] {
  return service ? productEnvironments(workspace, service).map(({ name }) => name) : [];
}

function overridden(context: ManifestContext, keys: readonly string[]): readonly Refactor[] {
  if (!entryWithMap(context.yaml.root, ...keys)) return [];
  return environmentNames(context).flatMap((name): Refactor[] => {
    if (valueAt(context.yaml.root, 'environments', name, ...keys)) return [];
    const edit = copyEntry(context.yaml, keys, ['environments', name, ...keys]);
    return edit ? [{ title: `Override \`${keys.join('.')}\` in \`${name}\``, kind: 'refactor.extract', edits: [edit] }] : [];
  });
}

/** The override becomes the value of every environment that has no own one. */
function moved(context: ManifestContext, keys: readonly string[]): readonly Refactor[] {
  const [, name, ...rest] = keys;
  if (!name || rest.length === 0) return [];
  // The entry of the environment itself stays: it says that the service runs there.
  const edit = moveEntry(context.yaml, keys, rest, 2);
  return edit ? [{ title: `Move \`${rest.join('.')}\` to all environments`, kind: 'refactor.inline', edits: [edit] }] : [];
}

function added(context: ManifestContext): readonly Refactor[] {
  return environmentNames(context).flatMap((name): Refactor[] => {
    if (context.service?.overrides.some(({ key }) => key === name)) return [];
    const edit = setValue(context.yaml, ['environments', name], '{}');
    return edit ? [{ title: `Add an override for \`${name}\``, kind: 'refactor.rewrite', edits: [edit] }] : [];
  });
}
