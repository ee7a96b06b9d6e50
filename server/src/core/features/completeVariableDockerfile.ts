// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Dockerfiles
import { effectiveAt } from '../dockerfile/effective.ts';
import type { Dockerfile, Instruction } from '../dockerfile/model.ts';
import { platformArgs } from '../dockerfile/parse.ts';
import { expand } from '../dockerfile/variables.ts';
import type { Standards } from '../standards/model.ts';
import { type Item, words } from './completion.ts';

/** A variable with its value at some place; undefined when only the build knows it. */
export interface KnownVariable {
  readonly name: string;
  readonly value?: string;
  /** Where it comes from, in words. */
  readonly origin: string;
}

/** Proxy settings that Docker takes without an ARG: https://docs.docker.com/reference/dockerfile/#predefined-args */
const predefined = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];

/** The origin of what no line of the file declares. */
export const fromBase = 'ENV of the base image';

/** The variables that can be used in front of an instruction, the nearest declaration first. */
export function variablesAt(file: Dockerfile, instruction: Instruction, standards: Standards | undefined): readonly KnownVariable[] {
  const known = new Map<string, KnownVariable>();
  const add = (variable: KnownVariable) => void (known.has(variable.name) || known.set(variable.name, variable));
  const stage = instruction.stage === undefined ? undefined : file.stages[instruction.stage];
  if (!stage || instruction.kind === 'FROM') {
    for (const [name, value] of file.globalArgs) add(variable(name, value, 'ARG before FROM'));
    for (const name of platformArgs) add({ name, origin: 'given by BuildKit' });
    return [...known.values()];
  }
  const state = effectiveAt(file, stage, instruction.start, standards);
  for (let at: typeof stage | undefined = stage; at; at = at.parent) {
    for (const declaring of at.instructions.filter(({ start }) => start < instruction.start).toReversed()) {
      if (declaring.kind !== 'ARG' && declaring.kind !== 'ENV') continue;
      for (const { name, value } of declaring.pairs) add(declaredVariable(file, declaring.kind, name.value, value?.text, state.env));
    }
  }
  for (const [name, value] of state.env) add(variable(name, value, fromBase));
  return [...known.values()];
}

function declaredVariable(
  file: Dockerfile,
  kind: 'ARG' | 'ENV',
  name: string,
  text: string | undefined,
  env: ReadonlyMap<string, string>,
): KnownVariable {
  const lookup = (other: string) => env.get(other) ?? file.globalArgs.get(other);
  const value =
    kind === 'ENV' ? env.get(name) : text === undefined ? file.globalArgs.get(name) : expand(text, lookup, file.escapeMark).value;
  return variable(name, value, kind);
}

function variable(name: string, value: string | undefined, origin: string): KnownVariable {
  return { name, origin, ...(value === undefined ? {} : { value }) };
}

/** https://docs.docker.com/reference/dockerfile/#environment-replacement */
const modifiers: readonly (readonly [sign: string, snippet: string, detail: string])[] = [
  [':-', ':-${1:default}', 'the default when it is unset or empty'],
  [':+', ':+${1:value}', 'the value when it is set and not empty, else nothing'],
  [':?', ':?${1:message}', 'fails the build when it is unset or empty'],
  ['#', '#${1:prefix}', 'without the shortest matching prefix'],
  ['##', '##${1:prefix}', 'without the longest matching prefix'],
  ['%', '%${1:suffix}', 'without the shortest matching suffix'],
  ['%%', '%%${1:suffix}', 'without the longest matching suffix'],
  ['/', '/${1:pattern}/${2:replacement}', 'the first match replaced'],
  ['//', '//${1:pattern}/${2:replacement}', 'all matches replaced'],
];

/** Behind `$` or `${` the variables in scope, behind `${NAME` its modifiers too; undefined elsewhere. */
export function completeVariableAt(
  file: Dockerfile,
  instruction: Instruction,
  standards: Standards | undefined,
  offset: number,
): readonly Item[] | undefined {
  if (['CMD', 'ENTRYPOINT'].includes(instruction.kind) && 'json' in instruction && instruction.json) return undefined;
  const before = file.text.slice(Math.max(instruction.keyword.end, offset - 200), offset);
  const opened = /(?<!\\)\$(\{?)([A-Za-z_]\w*)?([:#%/]*)$/.exec(before);
  if (!opened || (opened[3] && !opened[1])) return undefined;
  const [whole, brace = '', name = '', sign = ''] = opened;
  const start = offset - whole.length;
  const rest = /^\w*\}?/.exec(file.text.slice(offset, offset + 200))?.[0] ?? '';
  const known = variablesAt(file, instruction, standards);
  const isKnown = known.some((variable) => variable.name === name);
  const range = file.index.range(start, offset + (brace ? rest.length : rest.replace('}', '').length));
  const offered = known.map((variable): Item => {
    const text = brace ? `\${${variable.name}}` : `$${variable.name}`;
    const detail = variable.value === undefined ? variable.origin : `${variable.value} · ${variable.origin}`;
    return { label: variable.name, kind: 'variable', detail, edit: { range, text }, filterText: text };
  });
  if (!brace || !isKnown) return sign ? [] : offered;
  const tail = file.index.range(offset - sign.length, offset + rest.length);
  const forms = modifiers.map(
    ([label, snippet, detail]): Item => ({
      label,
      kind: 'enum',
      detail,
      edit: { range: tail, text: `${snippet}}` },
      snippet: true,
      filterText: label,
    }),
  );
  return sign ? forms : [...offered, ...forms];
}

/** What an ARG can declare: the ARGs before FROM that a stage has not taken yet, and those that BuildKit gives. */
export function completeArgName(file: Dockerfile, instruction: Instruction, range: Item['edit']['range']): readonly Item[] {
  const inStage = instruction.stage !== undefined;
  const global = inStage ? [...file.globalArgs].map(([name, value]) => [name, value ?? 'ARG before FROM'] as const) : [];
  const given = inStage ? platformArgs.map((name) => [name, 'given by BuildKit'] as const) : [];
  return words(range, 'variable', [...global, ...given, ...predefined.map((name) => [name, 'proxy setting'] as const)]);
}
