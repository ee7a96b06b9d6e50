/** All names that a rule can be called by: ours, `category/*`, and the peers' for the same check. */
export interface RuleNames {
  /** Ids of our rules and the peers' ids that they stand for; what suggestions are made from. */
  readonly all: readonly string[];
  /** Our rules that the name stands for; empty for a check of a peer that we do not make. */
  rulesOf(name: string): readonly string[];
  /** False for a name that neither we nor a peer has. */
  knows(name: string): boolean;
}
