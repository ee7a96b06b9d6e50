/** The part of a workspace that the findings of some Dockerfiles can depend on: all else is neither read nor parsed. */
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changeWorkspace, createWorkspace, type Workspace, type WorkspaceFile } from '../../../../server/src/core/features/workspace.ts';
import { lockName } from '../../../../server/src/core/standards/lock.ts';
import type { CatalogueImage, Standards } from '../../../../server/src/core/standards/model.ts';
import { normalUri, parentUri, resolveUri } from '../../../../server/src/core/text/uris.ts';
import { foldersOf, isoDate } from '../loadWorkspace.ts';
import type { FoundFile } from '../walk.ts';
import { readWorkspaceFile, type Skipped } from '../workspaceFiles.ts';
import { below, type Place } from './place.ts';

type Read = (file: FoundFile) => WorkspaceFile | undefined;

/**
 * A workspace in which the given Dockerfiles have the findings that they have in the whole one.
 * @param judged with the text that is judged, whatever the disk says
 * @param directory whose `.hadolint.yaml` sets the threshold
 */
export function workspaceAround(
  judged: readonly WorkspaceFile[],
  place: Place,
  { today, directory, skipped }: { readonly today: Date; readonly directory: string; readonly skipped: Skipped },
): Workspace {
  const own = new Map(judged.map((file) => [fileURLToPath(file.uri), file]));
  const read: Read = ({ path }) => own.get(path) ?? readWorkspaceFile(path, false, skipped);
  const texts = new Map<string, WorkspaceFile | undefined>();
  const once: Read = (file) => {
    if (!texts.has(file.path)) texts.set(file.path, read(file));
    return texts.get(file.path);
  };
  const paths = [...own.keys()];
  const ofKind = (kind: FoundFile['kind']) => place.found.filter((file) => file.kind === kind);
  const services = ofKind('service').filter((file) => paths.some((path) => mayBuild(file, once(file)?.text ?? '', path)));
  const places = [...new Set([...paths.map((path) => dirname(path)), directory])];
  const configs = ofKind('hadolint').filter(({ path }) => places.some((folder) => below(folder, dirname(path))));
  const locks = ofKind('record').filter(({ path }) => basename(path) === lockName && places.some((folder) => below(folder, dirname(path))));
  const chosen = new Set([...services, ...configs, ...locks]);
  // Who delivers where counts for services alone.
  if (services.length > 0) for (const file of ofKind('environments')) chosen.add(file);
  const demanded = services.map((file) => once(file)?.text ?? '');
  for (const file of standardsFor(paths, place.found, demanded, once)) chosen.add(file);
  const known = place.found.filter((file) => chosen.has(file)).flatMap((file) => once(file) ?? []);
  const first = createWorkspace({ files: [...known, ...judged], folders: foldersOf(place.roots), today: isoDate(today) });
  const foundAt = new Map(place.found.map((file) => [file.path, file]));
  const more = [...ignoreFiles(first, judged), ...sourcesNeeded(first, judged, place, once)].flatMap((path) => {
    const found = foundAt.get(path);
    return (found && once(found)) ?? [];
  });
  return more.length > 0 ? changeWorkspace(first, more) : first;
}

/** False only when a manifest cannot be that of the Dockerfile: neither does it lie beside it, nor does it name its folder. */
function mayBuild({ path }: FoundFile, text: string, dockerfile: string): boolean {
  const [folder, target] = [dirname(path), dirname(dockerfile)];
  if (folder === target || /[\\%]/.test(text)) return true;
  const name = target.slice(target.lastIndexOf('/') + 1);
  return (text.includes(name) || (text.includes('..') && below(folder, target))) && /context|dockerfile/.test(text);
}

/** The standards nearest above each Dockerfile; all of them, and the locks, where it takes more to tell which ones count. */
function standardsFor(
  paths: readonly string[],
  found: readonly FoundFile[],
  services: readonly string[],
  read: Read,
): readonly FoundFile[] {
  const textOf = (file: FoundFile) => read(file)?.text ?? '';
  const all = found.filter(({ kind }) => kind === 'standards');
  const above = paths.map((path) => all.filter((file) => below(path, dirname(file.path)) && isWhole(textOf(file))));
  const nearest = [...new Set(above.flat())];
  const named = services.some((text) => /\bstandards\b|\\/.test(text));
  const composed = nearest.some((file) => /include|extends|\\/.test(textOf(file)));
  if (!named && !composed && above.every((files) => files.length > 0)) return nearest;
  return found.filter(({ kind, path }) => kind === 'standards' || kind === 'record' || /[\\/]\.waybill[\\/]/.test(path));
}

/** Standards that stand by themselves. */
function isWhole(text: string): boolean {
  return !/StandardsPart|\\/.test(text);
}

/** Paths of the files that may say what the builds leave out. */
function ignoreFiles(workspace: Workspace, judged: readonly WorkspaceFile[]): readonly string[] {
  return judged.flatMap(({ uri }) => {
    const context = workspace.serviceForDockerfile(uri)?.contextUri ?? parentUri(uri);
    return [`${uri}.dockerignore`, resolveUri(context, '.dockerignore')].flatMap(pathOf);
  });
}

/** Paths of the Dockerfiles of catalogue images that the judged ones may stand on, by what their texts name, and so on downwards. */
function sourcesNeeded(workspace: Workspace, judged: readonly WorkspaceFile[], place: Place, read: Read): readonly string[] {
  const found = new Map(place.found.map((file) => [file.path, file]));
  const needed = new Set<string>();
  for (const standards of workspace.standards) {
    const sources = standards.images.flatMap((image) => {
      const path = sourcePath(standards, image);
      const file = path === undefined ? undefined : found.get(path);
      return file ? [{ image, file }] : [];
    });
    const texts = [...judged.map(({ text }) => text), ...workspace.services.map(({ base }) => base?.text ?? '')];
    // Each text that comes to it may name another image.
    for (const text of texts) {
      for (const { image, file } of sources) {
        if (needed.has(file.path) || !mentions(text, image)) continue;
        needed.add(file.path);
        texts.push(read(file)?.text ?? '');
      }
    }
  }
  return [...needed];
}

function mentions(text: string, { name, repository }: CatalogueImage): boolean {
  return text.includes(name) || text.toLowerCase().includes(repository.slice(repository.lastIndexOf('/') + 1).toLowerCase());
}

function sourcePath(standards: Standards, { source }: CatalogueImage): string | undefined {
  return source && pathOf(normalUri(resolveUri(resolveUri(parentUri(standards.uri), source.context), source.dockerfile)))[0];
}

function pathOf(uri: string): string[] {
  try {
    return [fileURLToPath(uri)];
  } catch {
    return [];
  }
}
