/** Builds that have begun: who builds them, so that an end that nobody could write down is noticed and written later. */

/** What is noted before a build begins, and taken away when its end is in the journal. */
export interface BuildNote {
  /** The build's own id, which its image bears as the label `waybill.dev/build-id`. */
  readonly id: string;
  /** `product/name` of a service, or `standards/name` of an image of the standards. */
  readonly subject: string;
  /** `repository:tag` that the image gets. */
  readonly name: string;
  /** ISO 8601. */
  readonly started: string;
  /** `pool/member` of each builder that took a part of it. */
  readonly builders: readonly string[];
  /** True when its image goes to the registry as part of it. */
  readonly pushed: boolean;
  /** What its entry in the journal says whatever its end. */
  readonly entry: Readonly<Record<string, unknown>>;
}

/** The notes, `.waybill/building/<id>.json`; each names the process that wrote it. */
export interface BuildNotes {
  /** Writes the note, or writes it anew. */
  begin(folder: string, note: BuildNote): Promise<void>;
  /** Notes of this machine whose process is gone. Those of other machines and what cannot be read are left alone. */
  abandoned(folder: string): Promise<readonly BuildNote[]>;
  /** `appendBuild` for a note of a process that is gone; false when the note is not there any more: another window was quicker. */
  settle(folder: string, id: string, entry: Readonly<Record<string, unknown>>): Promise<boolean>;
}
