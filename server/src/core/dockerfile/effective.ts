import type { Standards } from '../standards/model.ts';
import { type CatalogueMatch, findImage, userOf } from './catalogue.ts';
import type { Dockerfile, Instruction, PairInstruction, Stage, ValueInstruction } from './model.ts';
import { expand } from './variables.ts';

/** What a stage stands on, outside of the file. */
export type Root =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'image'; readonly reference: string; readonly catalogue?: CatalogueMatch }
  /** A variable without a default hides it. */
  | { readonly kind: 'unknown' };

/** What holds at one place of a stage, inherited from earlier stages and from the catalogue. */
export interface EffectiveState {
  readonly root: Root;
  /** The stage that holds the FROM of `root`. */
  readonly rootStage: Stage;
  readonly user?: { readonly value: string /** The USER that set it; absent when the base image did. */; readonly by?: ValueInstruction };
  readonly workdir?: string;
  readonly env: ReadonlyMap<string, string>;
  readonly labels: ReadonlySet<string>;
}

interface Working {
  root: Root;
  rootStage: Stage;
  user?: NonNullable<EffectiveState['user']>;
  workdir?: string;
  env: Map<string, string>;
  args: Map<string, string>;
  labels: Set<string>;
}

/** The state at the end of every stage, by index: one pass over the file. */
export function effectiveStages(file: Dockerfile, standards: Standards | undefined): readonly EffectiveState[] {
  const states: Working[] = [];
  for (const stage of file.stages) {
    const state = startOf(stage, states, standards);
    for (const instruction of stage.instructions) apply(instruction, state, file);
    states.push(state);
  }
  return states;
}

/** The state in front of `offset` in a stage. */
export function effectiveAt(file: Dockerfile, stage: Stage, offset: number, standards: Standards | undefined): EffectiveState {
  const earlier: Working[] = [];
  for (const before of file.stages.slice(0, stage.index)) {
    const state = startOf(before, earlier, standards);
    for (const instruction of before.instructions) apply(instruction, state, file);
    earlier.push(state);
  }
  const state = startOf(stage, earlier, standards);
  for (const instruction of stage.instructions) if (instruction.end <= offset) apply(instruction, state, file);
  return state;
}

function startOf(stage: Stage, earlier: readonly Working[], standards: Standards | undefined): Working {
  const parent = stage.parent ? earlier[stage.parent.index] : undefined;
  if (parent) {
    // ARGs of a stage reach those that stand on it: https://docs.docker.com/build/building/variables/#scoping
    return { ...parent, env: new Map(parent.env), args: new Map(parent.args), labels: new Set(parent.labels) };
  }
  const root = rootOf(stage, standards);
  const state: Working = { root, rootStage: stage, env: new Map(), args: new Map(), labels: new Set() };
  if (root.kind === 'scratch') state.user = { value: 'root' };
  const image = root.kind === 'image' ? root.catalogue?.image : undefined;
  if (!image) return state;
  const user = userOf(image);
  if (user !== undefined) state.user = { value: user };
  if (image.config?.workdir !== undefined) state.workdir = image.config.workdir;
  state.env = new Map(Object.entries(image.config?.env ?? {}));
  return state;
}

function rootOf(stage: Stage, standards: Standards | undefined): Root {
  const reference = stage.from.image?.resolved;
  if (reference === undefined) return { kind: 'unknown' };
  if (reference === 'scratch') return { kind: 'scratch' };
  const catalogue = findImage(standards, reference);
  return { kind: 'image', reference, ...(catalogue ? { catalogue } : {}) };
}

function apply(instruction: Instruction, state: Working, file: Dockerfile): void {
  const lookup = (name: string) => state.env.get(name) ?? state.args.get(name);
  switch (instruction.kind) {
    case 'ARG':
      applyArgs(instruction, state, file, lookup);
      return;
    case 'ENV':
      for (const { name, value } of instruction.pairs) {
        if (value) state.env.set(name.value, expand(value.text, lookup, file.escapeMark).value ?? '');
      }
      return;
    case 'LABEL':
      for (const { name } of instruction.pairs) state.labels.add(expand(name.text, lookup, file.escapeMark).value ?? name.value);
      return;
    case 'USER':
      applyUser(instruction, state, expand(instruction.value?.text ?? '', lookup, file.escapeMark).value);
      return;
    case 'WORKDIR':
      applyWorkdir(state, expand(instruction.value?.text ?? '', lookup, file.escapeMark).value);
      return;
    default:
  }
}

function applyUser(instruction: ValueInstruction, state: Working, value: string | undefined): void {
  if (value === undefined || value === '') delete state.user;
  else state.user = { value, by: instruction };
}

function applyWorkdir(state: Working, path: string | undefined): void {
  if (path === undefined) delete state.workdir;
  else if (path !== '') state.workdir = path.startsWith('/') ? path : joined(state.workdir ?? '/', path);
}

function applyArgs(instruction: PairInstruction, state: Working, file: Dockerfile, lookup: (name: string) => string | undefined): void {
  for (const { name, value } of instruction.pairs) {
    const found = value ? expand(value.text, lookup, file.escapeMark).value : file.globalArgs.get(name.value);
    if (found !== undefined) state.args.set(name.value, found);
  }
}

function joined(folder: string, path: string): string {
  const segments = folder.split('/').filter((segment) => segment !== '');
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/** True for `root`, `0`, `0:0`, `root:group`. */
export function isRoot(user: string): boolean {
  const name = user.replace(/:.*$/s, '').trim();
  return name === 'root' || /^0+$/.test(name);
}
