/** What `waybill.lock.yaml` pins: floating images of FROM, and standards that others extend from elsewhere. */

/** Where remote standards come from. */
export type RemoteStandards =
  | { readonly kind: 'git'; readonly repository: string; readonly revision: string; readonly path: string }
  | { readonly kind: 'oci'; readonly repository: string; readonly digest: string };

/** A file of a copy; `path` is relative to the folder of the file that the reference names. */
export interface CopyFile {
  readonly path: string;
  readonly text: string;
}

/** Remote standards as they were fetched. */
export interface FetchedStandards {
  /** As written under `extends`. */
  readonly ref: string;
  /** Of a git reference. */
  readonly commit?: string;
  readonly files: readonly CopyFile[];
}

export interface LockParams {
  /** Counts as if it had been written already: what these standards extend themselves is found. */
  readonly fetched: readonly FetchedStandards[];
  readonly images: readonly { readonly ref: string; readonly digest: string }[];
  /** Version of Waybill, for the lock. */
  readonly generator: string;
}

export interface LockedStandards {
  readonly ref: string;
  readonly remote: RemoteStandards;
  /** What the lock says now. */
  readonly pin?: { readonly digest: string; readonly commit?: string };
  /** True when the copy is on this machine, as it was pinned. */
  readonly present: boolean;
}

export interface LockedImage {
  readonly ref: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string;
}

/** The lock of one workspace folder. */
export interface FolderLock {
  /** Absolute path. */
  readonly folder: string;
  readonly extends: readonly LockedStandards[];
  readonly images: readonly LockedImage[];
  /** Entries that pin nothing any more; they are left out of `text`. */
  readonly stale: readonly string[];
  /** What `waybill.lock.yaml` is to hold; absent when nothing floats here. */
  readonly text?: string;
  /** What it holds now. */
  readonly before?: string;
  /** Files to write, by path relative to `folder`: the copies of what was fetched. */
  readonly copies: readonly CopyFile[];
}

/** Answer to `waybill/lock`. */
export interface LockAnswer {
  readonly folders: readonly FolderLock[];
}
