import type { PairInstruction, Word } from '../../dockerfile/model.ts';
import { type VariableUse, variableUses } from '../../dockerfile/variableUses.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Fix, Report } from '../rule.ts';

/** A variable is used in another ENV than the one that sets it. */
export const rule: DockerfileRule = {
  summary: 'A variable is not used in the ENV that defines it: the old value would be taken.',
  severity: 'warning',
  aliases: ['DL3044'],
  fixable: true,
  needs: ['variable'],
  check(context) {
    const known = new Map<number, Set<string>>();
    return context.file.instructions.flatMap((instruction) => {
      if (instruction.kind === 'ARG') for (const { name } of instruction.pairs) namesOf(context, known, instruction.stage).add(name.value);
      if (instruction.kind !== 'ENV') return [];
      const before = namesOf(context, known, instruction.stage);
      const reports = reportsOf(context, instruction, before);
      for (const { name } of instruction.pairs) before.add(name.value);
      return reports;
    });
  },
};

/** What a stage has defined so far, with what it inherits. */
function namesOf({ file, states }: DockerfileContext, known: Map<number, Set<string>>, stage = -1): Set<string> {
  const found = known.get(stage);
  if (found) return found;
  const of = file.stages[stage];
  const inherited = of?.parent && known.get(of.parent.index);
  const root = states[stage]?.root;
  const base = root?.kind === 'image' ? Object.keys(root.catalogue?.image.config?.env ?? {}) : [];
  const names = new Set(inherited ?? ['PATH', 'HOME', ...base]);
  known.set(stage, names);
  return names;
}

function reportsOf(context: DockerfileContext, instruction: PairInstruction, before: ReadonlySet<string>): readonly Report[] {
  const { file } = context;
  const own = new Map<string, Word>();
  const reports: Report[] = [];
  for (const { name, value } of instruction.pairs) {
    for (const use of value ? variableUses(file.text, value, file.escapeMark) : []) {
      const definition = own.get(use.name);
      if (definition && !before.has(use.name)) reports.push(reportOf(context, instruction, use, definition, name));
    }
    own.set(name.value, name);
  }
  return reports;
}

function reportOf(context: DockerfileContext, instruction: PairInstruction, use: VariableUse, definition: Word, pair: Word): Report {
  const { file, range } = context;
  return {
    range: range(use),
    message: `\`${use.name}\` is set by this very ENV, and all its values are computed before any is set: here it is still empty. Use it in a second ENV.`,
    related: [{ location: { uri: file.uri, range: range(definition) }, message: `\`${use.name}\` is set here` }],
    fixes: splitFix(context, instruction, pair),
  };
}

/** Begins a new ENV at the pair. */
function splitFix({ file, range }: DockerfileContext, { keyword, pairs }: PairInstruction, pair: Word): readonly Fix[] {
  const before = pairs[pairs.findIndex(({ name }) => name === pair) - 1];
  if (!before) return [];
  const between = file.text.slice(before.end, pair.start);
  if (between.includes('#')) return [];
  const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
  const edit = { range: range({ start: before.end, end: pair.start }), text: `${newline}${keyword.value} ` };
  return [{ title: 'Use it in a second ENV', edits: [edit], preview: true }];
}
