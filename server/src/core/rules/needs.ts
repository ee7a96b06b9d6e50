import type { CommandIndex } from '../dockerfile/commands.ts';
import type { Dockerfile, Instruction } from '../dockerfile/model.ts';
import type { Pragmas } from '../dockerfile/pragmas.ts';

/**
 * What a file can hold that rules are about. A kind of instruction counts where it waits in ONBUILD too; `stageName`: `AS name`;
 * `stages`: more than one; `source`: `COPY --from=` and `--mount=from=`; `platform`: `FROM --platform=`; `variable`: a dollar;
 * `pragma`: a comment that is meant for linters; `packages` and `languagePackages`: calls of package managers.
 */
export type Need =
  | Instruction['kind']
  | 'comment'
  | 'directive'
  | 'pragma'
  | 'stageName'
  | 'stages'
  | 'source'
  | 'platform'
  | 'variable'
  | 'packages'
  | 'languagePackages';

/** A rule is asked only about files that hold one of the needs or call one of the programs; without both about every file. */
export interface Needs {
  readonly needs?: readonly Need[];
  /** Programs of RUN, without their folder. */
  readonly programs?: readonly string[];
}

/** Where needs are looked for: part of what rules see. */
interface Surroundings {
  readonly file: Dockerfile;
  readonly pragmas: Pragmas;
  readonly commands: CommandIndex;
  sources(): readonly unknown[];
}

const bits: Readonly<Record<Need, number>> = {
  FROM: 1 << 0,
  RUN: 1 << 1,
  ENV: 1 << 2,
  ARG: 1 << 3,
  LABEL: 1 << 4,
  COPY: 1 << 5,
  ADD: 1 << 6,
  USER: 1 << 7,
  WORKDIR: 1 << 8,
  STOPSIGNAL: 1 << 9,
  MAINTAINER: 1 << 10,
  CMD: 1 << 11,
  ENTRYPOINT: 1 << 12,
  SHELL: 1 << 13,
  VOLUME: 1 << 14,
  EXPOSE: 1 << 15,
  HEALTHCHECK: 1 << 16,
  ONBUILD: 1 << 17,
  unknown: 1 << 18,
  comment: 1 << 19,
  directive: 1 << 20,
  pragma: 1 << 21,
  stageName: 1 << 22,
  stages: 1 << 23,
  source: 1 << 24,
  platform: 1 << 25,
  variable: 1 << 26,
  packages: 1 << 27,
  languagePackages: 1 << 28,
};

/** The bits of a file's needs. */
function held({ file, pragmas, commands, sources }: Surroundings): number {
  let mask = 0;
  for (const instruction of file.instructions) {
    mask |= bits[instruction.kind];
    if (instruction.kind === 'ONBUILD' && instruction.trigger) mask |= bits[instruction.trigger.kind];
  }
  for (const { from } of file.stages) {
    if (from.as || from.name) mask |= bits.stageName;
    if (from.flags.length > 0) mask |= bits.platform;
  }
  if (file.stages.length > 1) mask |= bits.stages;
  if (file.comments.length > 0) mask |= bits.comment;
  if (file.directives.length > 0) mask |= bits.directive;
  if (pragmas.suppressions.length > 0 || pragmas.problems.length > 0) mask |= bits.pragma;
  if (file.text.includes('$')) mask |= bits.variable;
  if (sources().length > 0) mask |= bits.source;
  if ((mask & bits.RUN) === 0) return mask;
  if (commands.calls.length > 0) mask |= bits.packages;
  return commands.languageCalls.length > 0 ? mask | bits.languagePackages : mask;
}

/** Of some rules, those that may have something to say about a file, in the same order. */
export function wakefulRules<R extends Needs>(rules: readonly R[]): (context: Surroundings) => readonly R[] {
  const always = rules.map(({ needs, programs }) => !needs && !programs);
  const masks = rules.map(({ needs }) => needs?.reduce((mask, need) => mask | bits[need], 0) ?? 0);
  const callers = new Map<string, number[]>();
  for (const [i, { programs = [] }] of rules.entries()) {
    for (const program of programs) callers.set(program, [...(callers.get(program) ?? []), i]);
  }
  return (context) => {
    const mask = held(context);
    const called = new Set<number>();
    for (const name of context.commands.names()) for (const i of callers.get(name) ?? []) called.add(i);
    return rules.filter((_, i) => always[i] || ((masks[i] ?? 0) & mask) !== 0 || called.has(i));
  };
}
