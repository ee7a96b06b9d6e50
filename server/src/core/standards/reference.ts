/** What stands in `extends` of standards. */
export type StandardsReference =
  | { readonly kind: 'file'; readonly path: string }
  /** `revision` is a branch, a tag or a commit; `path` is relative to the top of the repository. */
  | { readonly kind: 'git'; readonly repository: string; readonly revision: string; readonly path: string }
  | { readonly kind: 'oci'; readonly repository: string; readonly digest: string };

/** The file of standards in a repository or an artefact, when the reference names none. */
export const standardsFile = 'waybill.standards.yaml';

/** Reads `file:path`, `git:repository#revision:path` or `oci:repository@sha256:…`; undefined for anything else. */
export function readReference(text: string): StandardsReference | undefined {
  const [, kind, rest = ''] = /^(file|git|oci):(.+)$/.exec(text) ?? [];
  if (kind === 'file') return { kind, path: rest };
  if (kind === 'oci') {
    const [, repository, digest] = /^([^@\s]+)@(sha256:[0-9a-f]{64})$/.exec(rest) ?? [];
    return repository && digest ? { kind, repository, digest } : undefined;
  }
  const [, repository, revision, path = standardsFile] = /^([^\s#]+)#([^\s:#]+)(?::([^\s#]+))?$/.exec(rest) ?? [];
  // What git would take for an option, and paths that leave the repository, are no references.
  const odd = [repository, revision].some((word) => word?.startsWith('-')) || path.split('/').includes('..') || path.startsWith('/');
  return kind === 'git' && repository && revision && !odd ? { kind, repository, revision, path } : undefined;
}

/** The folder below which the files of a pinned copy keep their paths, and the file that the reference means in it. */
export function copyPath(reference: StandardsReference, digest: string): { readonly folder: string; readonly file: string } {
  const folder = `.waybill/cache/extends/${digest.replace(/^sha256:/, '')}`;
  const name = reference.kind === 'git' ? reference.path.slice(reference.path.lastIndexOf('/') + 1) : standardsFile;
  return { folder, file: `${folder}/${name}` };
}

/** True for a file in the cache of pinned copies: it is read as what it extends, never as standards of the workspace. */
export function isPinnedCopy(uri: string): boolean {
  return uri.includes('/.waybill/cache/extends/');
}
