import { sha256 } from '../text/sha256.ts';
import { parentUri } from '../text/uris.ts';
import { itemsAt, textAt, type YamlNode } from '../yaml/tree.ts';

/** One pinned thing: as written, and what it meant. */
export interface Pin {
  readonly ref: string;
  readonly digest: string;
  /** Of a git reference. */
  readonly commit?: string;
  /** The entry in the lock. */
  readonly node: YamlNode;
}

/** `waybill.lock.yaml`. */
export interface Lock {
  readonly uri: string;
  /** Folder of the lock, under which the cache of copies is. */
  readonly folderUri: string;
  readonly images: readonly Pin[];
  readonly extends: readonly Pin[];
}

export const lockName = 'waybill.lock.yaml';

/** What a (possibly broken) tree says. */
export function readLock(uri: string, root: YamlNode | undefined): Lock {
  const pins = (key: string) =>
    itemsAt(root, key).flatMap((node): Pin[] => {
      const [ref, digest, commit] = [textAt(node, 'ref'), textAt(node, 'digest'), textAt(node, 'commit')];
      return ref && digest ? [{ ref, digest, ...(commit ? { commit } : {}), node }] : [];
    });
  return { uri, folderUri: parentUri(uri), images: pins('images'), extends: pins('extends') };
}

/** A pin without its place. */
export type PlainPin = Omit<Pin, 'node'>;

/** The text of a lock, in a form that keeps differences small: sorted, one entry a block. */
export function lockText(pins: { readonly images: readonly PlainPin[]; readonly extends: readonly PlainPin[] }, generator: string): string {
  const section = (key: string, list: readonly PlainPin[]) => {
    if (list.length === 0) return [`${key}: []`];
    const sorted = [...list].sort((a, b) => (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0));
    return [
      `${key}:`,
      ...sorted.flatMap(({ ref, digest, commit }) => [
        `  - ref: ${JSON.stringify(ref)}`,
        `    digest: ${digest}`,
        ...(commit ? [`    commit: ${JSON.stringify(commit)}`] : []),
      ]),
    ];
  };
  return [
    '# Written by Waybill: `waybill lock` and Update Pinned Standards. Not to be edited.',
    'apiVersion: waybill.dev/v1',
    'kind: Lock',
    `generator: ${JSON.stringify(generator)}`,
    ...section('extends', pins.extends),
    ...section('images', pins.images),
    '',
  ].join('\n');
}

/** The digest of a copy: SHA-256 of the lines that `sha256sum` prints of its files, in the order of their paths. */
export function copyDigest(files: readonly { readonly path: string; readonly text: string }[]): string {
  const lines = [...files].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, text }) => `${sha256(text)}  ${path}\n`);
  return `sha256:${sha256(lines.join(''))}`;
}
