import type { CopyFile, FetchedStandards, RemoteStandards } from '../../../server/src/protocol.ts';

/** Standards from elsewhere, and the files that pin them. */
export interface PinnedStandards {
  /**
   * The standards that a reference means, with the parts beside them. Throws `configuration` when they are not there,
   * `unreachable` or `denied` when nobody can tell.
   * @param folder absolute; what relative repositories start from
   * @param commit of a git reference: this one, wherever the revision has moved to
   */
  fetch(
    remote: RemoteStandards,
    from: { readonly ref: string; readonly folder: string; readonly commit?: string },
    signal: AbortSignal,
  ): Promise<FetchedStandards>;
  /** Writes files below a folder, each in one step; those that have the text already are left alone. The cache ignores itself for git. */
  write(folder: string, files: readonly CopyFile[]): Promise<void>;
}
