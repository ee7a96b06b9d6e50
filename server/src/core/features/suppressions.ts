import { dockerfileRules } from '../../generated/dockerfileRules.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/model.ts';
import { namesRule, type Pragmas, type SuppressedName, type Suppression } from '../dockerfile/pragmas.ts';
import type { UnusedSuppression } from '../rules/context.ts';
import type { Finding } from '../rules/rule.ts';
import { isBuildKitCheck, ruleNames } from './ruleNames.ts';

/** Which findings the comments of a file take away, and which comments took none. */
export interface SuppressionLedger {
  /** True when a comment takes the finding away, by rule or by the peer's check that holds at it. */
  takes(finding: Finding): boolean;
  /** Comments that name rules which took part (`ran`) and had nothing to say there. */
  unused(ran: ReadonlySet<string>): readonly UnusedSuppression[];
}

interface Entry {
  readonly suppression: Suppression;
  readonly used: Set<SuppressedName>;
}

const none: SuppressionLedger = { takes: () => false, unused: () => [] };

/** @param counts false for a suppression that is to be overlooked */
export function suppressionLedger(file: Dockerfile, pragmas: Pragmas, counts: (suppression: Suppression) => boolean): SuppressionLedger {
  const suppressions = pragmas.suppressions.filter(counts);
  if (suppressions.length === 0) return none;
  const entries = suppressions.map((suppression): Entry => ({ suppression, used: new Set() }));
  const wide = entries.filter(({ suppression }) => suppression.scope !== 'instruction');
  const spans = new Map(wide.map((entry) => [entry, coveredSpan(file, entry.suppression)]));
  const narrow = new Map<Instruction | undefined, Entry[]>();
  for (const entry of entries.filter((one) => !spans.has(one))) {
    const instruction = instructionFor(file, entry.suppression.comment.start);
    narrow.set(instruction, [...(narrow.get(instruction) ?? []), entry]);
  }
  const covering = (at: number): readonly Entry[] => {
    const instruction = instructionFor(file, at);
    const own = instruction && instruction.start <= at ? (narrow.get(instruction) ?? []) : [];
    return [...own, ...wide.filter((entry) => isIn(spans.get(entry), at))];
  };
  return {
    takes: (finding) => {
      let taken = false;
      for (const { suppression, used } of covering(file.index.offsetAt(finding.range.start))) {
        for (const name of suppression.names) {
          if (!names(suppression, name.name, finding)) continue;
          used.add(name);
          taken = true;
        }
      }
      return taken;
    },
    unused: (ran) =>
      entries.flatMap(({ suppression, used }) => {
        const idle = suppression.names.filter((name) => !used.has(name) && isJudged(suppression, name.name, ran));
        return idle.length > 0 ? [{ suppression, names: idle }] : [];
      }),
  };
}

function names({ dialect }: Suppression, name: string, finding: Finding): boolean {
  if (dialect === 'check') return name === 'all' ? finding.aliases.some(isBuildKitCheck) : finding.aliases.includes(name);
  return finding.aliases.includes(name) || (dialect === 'waybill' && namesRule(name, finding.rule));
}

/** What was not looked for cannot be missing: checks that only a peer makes, rules that are off. Rules about other files never speak here. */
function isJudged({ dialect }: Suppression, name: string, ran: ReadonlySet<string>): boolean {
  if (dialect === 'check' && name === 'all') return false;
  const rules = ruleNames.rulesOf(name).filter((rule) => Object.hasOwn(dockerfileRules, rule));
  return rules.length > 0 && rules.every((rule) => ran.has(rule) && !rule.startsWith('suppression/'));
}

function isIn(span: Span | undefined, at: number): boolean {
  return span !== undefined && span.start <= at && at <= span.end;
}

function coveredSpan(file: Dockerfile, { scope, comment }: Suppression): Span | undefined {
  if (scope === 'file') return { start: 0, end: file.text.length };
  const own = file.stages.find(({ span }) => isIn(span, comment.start));
  return (own ?? file.stages[instructionFor(file, comment.start)?.stage ?? 0])?.span;
}

/** The instruction that holds the comment, else the next one. Binary search: files may be long. */
function instructionFor(file: Dockerfile, offset: number): Instruction | undefined {
  let low = 0;
  let high = file.instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((file.instructions[middle]?.end ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return file.instructions[low];
}
