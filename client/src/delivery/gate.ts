/** Something that keeps a release out of an environment, and what to do about it. */
export interface Gate {
  /** `order`, `build`, `soak`, `evidence`, `verified`, `approvals`, `windows`, `forbid`, `origin`. */
  readonly gate: string;
  readonly message: string;
  readonly remedy: string;
}
