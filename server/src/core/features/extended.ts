import { type Lock, lockName, type Pin, readLock } from '../standards/lock.ts';
import type { Standards } from '../standards/model.ts';
import { copyPath, readReference, type StandardsReference } from '../standards/reference.ts';
import { normalUri, parentUri, resolveUri } from '../text/uris.ts';
import { itemsAt, textAt, type YamlNode } from '../yaml/tree.ts';
import type { ParsedFile } from './parsedFile.ts';

type ParsedFiles = ReadonlyMap<string, ParsedFile>;

/** One entry of `extends`, with the file that it means. */
export interface Extended {
  readonly node: YamlNode;
  readonly text: string;
  /** Absent for a text that is none. */
  readonly reference?: StandardsReference;
  /** The standards; absent when they are not there. */
  readonly parent?: ParsedFile;
  /** The entry of the lock of a remote reference. */
  readonly pin?: Pin;
  /** URI of the file where the standards were looked for. */
  readonly wanted?: string;
}

/** What standards extend, in their order. Remote references lead to the copy that the lock pins: nothing is fetched here. */
export function extendedBy(file: ParsedFile, parsed: ParsedFiles): readonly Extended[] {
  const uri = normalUri(file.file.uri);
  return itemsAt(file.yaml?.root, 'extends').flatMap((node): Extended[] => {
    const text = textAt(node);
    if (text === undefined) return [];
    const reference = readReference(text);
    if (!reference) return [{ node, text }];
    if (reference.kind === 'file') return [found({ node, text, reference }, resolveUri(parentUri(uri), reference.path), parsed)];
    const lock = lockFor(uri, parsed);
    const pin = lock?.extends.find((entry) => entry.ref === text);
    if (!lock || !pin) return [{ node, text, reference }];
    return [found({ node, text, reference, pin }, resolveUri(lock.folderUri, copyPath(reference, pin.digest).file), parsed)];
  });
}

function found(entry: Extended, at: string, parsed: ParsedFiles): Extended {
  const wanted = normalUri(at);
  const parent = parsed.get(wanted);
  return { ...entry, wanted, ...(parent?.ownStandards ? { parent } : {}) };
}

/** The lock nearest above a file. */
export function lockFor(uri: string, parsed: ParsedFiles): Lock | undefined {
  for (let folder = parentUri(uri); ; folder = parentUri(folder)) {
    const at = `${folder}/${lockName}`;
    const file = parsed.get(at);
    if (file) return readLock(at, file.yaml?.root);
    if (parentUri(folder) === folder) return undefined;
  }
}

/** The references of a chain of `extends` that lead back to the file itself; empty when there is no circle. */
export function circleThrough(file: ParsedFile, first: ParsedFile, parsed: ParsedFiles): readonly string[] {
  const own = file.file.uri;
  const seen = new Set<string>();
  const enter = (at: ParsedFile, path: readonly string[]): readonly string[] | undefined => {
    if (at.file.uri === own) return path;
    if (seen.has(at.file.uri)) return undefined;
    seen.add(at.file.uri);
    for (const { parent } of extendedBy(at, parsed)) {
      const circle = parent && enter(parent, [...path, nameOf(at.ownStandards, at.file.uri)]);
      if (circle) return circle;
    }
    return undefined;
  };
  return enter(first, [nameOf(file.ownStandards, own)]) ?? [];
}

function nameOf(standards: Standards | undefined, uri: string): string {
  return standards?.name || uri.slice(uri.lastIndexOf('/') + 1);
}
