/** Our findings beside a peer's: the same rule at the same instruction, or a difference. */
import { type Answers, type Peer, recorded } from './answers.ts';
import { dockerfiles } from './corpus.ts';
import { instructionAt, ownLinter, type Placed } from './ours.ts';

export interface Difference {
  readonly peer: Peer;
  /** The peer's rule. */
  readonly rule: string;
  /** `ours`: we alone say it; `theirs`: the peer alone does. */
  readonly by: 'ours' | 'theirs';
  readonly file: string;
  /** 1-based first line of the instruction. */
  readonly line: number;
  readonly instruction: string;
  /** The whole document. */
  readonly text: string;
}

export interface Comparison {
  /** Findings that both have. */
  readonly same: number;
  readonly differences: readonly Difference[];
  /** Files that only one of both could read. */
  readonly unread: readonly string[];
}

const isOf: Readonly<Record<Peer, (alias: string) => boolean>> = {
  hadolint: (alias) => /^DL\d+$/.test(alias),
  buildkit: (alias) => /^(?:[A-Z][a-z]+|JSON)[A-Za-z]+$/.test(alias) && alias !== alias.toUpperCase(),
};

/** Compares our linter with a peer's record over the corpus. */
export function compared(peer: Peer): Comparison {
  const lint = ownLinter();
  const answers = recorded(peer);
  let same = 0;
  const differences: Difference[] = [];
  const unread: string[] = [];
  for (const { name, text } of dockerfiles()) {
    const theirs = answers.get(name);
    if (!theirs || theirs.refused) unread.push(name);
    if (!theirs || theirs.refused) continue;
    const pairs = paired(peer, lint(text), theirs);
    same += pairs.same;
    const place = (said: string, by: Difference['by']) => {
      const [rule = '', line = '0'] = said.split(':');
      return { peer, rule, by, file: name, line: Number(line), instruction: instructionAt(text, Number(line)), text };
    };
    differences.push(...pairs.ours.map((said) => place(said, 'ours')), ...pairs.theirs.map((said) => place(said, 'theirs')));
  }
  return { same, differences, unread };
}

function paired(peer: Peer, found: readonly Placed[], theirs: Answers) {
  const ours = new Set(found.flatMap(({ finding, line }) => finding.aliases.filter(isOf[peer]).map((alias) => `${alias}:${line}`)));
  const said = new Set(theirs.said);
  return {
    same: [...said].filter((one) => ours.has(one)).length,
    ours: [...ours].filter((one) => !said.has(one)),
    theirs: [...said].filter((one) => !ours.has(one)),
  };
}
