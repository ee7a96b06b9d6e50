import { findImage } from '../dockerfile/catalogue.ts';
import type { Dockerfile, Instruction, Span, Stage } from '../dockerfile/model.ts';
import { placeAt } from '../dockerfile/place.ts';
import { sourceStage, stageReferences } from '../dockerfile/stageReferences.ts';
import { type VariableOccurrence, variableOccurrences } from '../dockerfile/variableOccurrences.ts';
import type { CatalogueImage } from '../standards/model.ts';
import { imageBuiltBy } from './imageUses.ts';
import type { Workspace } from './workspace.ts';

/** A place where a stage is named or meant. `byNumber`: a rename leaves it alone. */
export interface StageOccurrence extends Span {
  readonly role: 'definition' | 'use';
  readonly byNumber: boolean;
}

/** What the word under the cursor stands for, with the span of the word. */
export type DockerfileSubject =
  | { readonly kind: 'stage'; readonly stage: Stage; readonly span: Span }
  | { readonly kind: 'variable'; readonly occurrence: VariableOccurrence; readonly span: Span }
  /** An image of the catalogue: named here, or (at the last FROM of its own Dockerfile) built here. */
  | { readonly kind: 'image'; readonly image: CatalogueImage; readonly span: Span };

export function within({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** The instruction at an offset; in ONBUILD, the one that waits when the offset lies in it. */
export function instructionAt(file: Dockerfile, offset: number): Instruction | undefined {
  const place = placeAt(file, offset);
  if (place.kind !== 'instruction') return undefined;
  const { instruction } = place;
  const inner = instruction.kind === 'ONBUILD' ? instruction.trigger : undefined;
  return inner && offset >= inner.start ? inner : instruction;
}

/** Variables first: they stand inside of the words of images and stages. */
export function subjectAt(file: Dockerfile, workspace: Workspace, offset: number): DockerfileSubject | undefined {
  if (placeAt(file, offset).kind === 'comment') return undefined;
  const occurrence = variableOccurrences(file).find(({ span }) => within(span, offset));
  if (occurrence) return { kind: 'variable', occurrence, span: occurrence.span };
  const instruction = instructionAt(file, offset);
  if (instruction?.kind === 'FROM') return fromSubject(file, workspace, instruction, offset);
  const reference = stageReferences(file).find((candidate) => within(candidate, offset));
  if (!reference) return undefined;
  const stage = sourceStage(file, reference);
  return stage ? { kind: 'stage', stage, span: reference } : imageSubject(file, workspace, reference, reference.value);
}

function fromSubject(
  file: Dockerfile,
  workspace: Workspace,
  from: Instruction & { kind: 'FROM' },
  offset: number,
): DockerfileSubject | undefined {
  const stage = file.stages[from.stage ?? -1];
  if (!stage) return undefined;
  if (from.name && within(from.name, offset)) return { kind: 'stage', stage, span: from.name };
  if (from.image && within(from.image, offset)) {
    if (stage.parent) return { kind: 'stage', stage: stage.parent, span: from.image };
    return imageSubject(file, workspace, from.image, from.image.resolved);
  }
  const built = stage.index === file.stages.length - 1 && within(from.keyword, offset) ? imageBuiltBy(workspace, file.uri) : undefined;
  return built && { kind: 'image', image: built, span: from.keyword };
}

function imageSubject(file: Dockerfile, workspace: Workspace, span: Span, reference: string | undefined): DockerfileSubject | undefined {
  const image = reference === undefined ? undefined : findImage(workspace.standardsFor(file.uri), reference)?.image;
  return image && { kind: 'image', image, span };
}

/** All places that name or mean a stage, in the order of the text. */
export function stageOccurrences(file: Dockerfile, stage: Stage): readonly StageOccurrence[] {
  const { name } = stage.from;
  const own: StageOccurrence[] = name ? [{ start: name.start, end: name.end, role: 'definition', byNumber: false }] : [];
  const children = file.stages.flatMap(({ parent, from }) => (parent === stage && from.image ? [use(from.image, from.image.text)] : []));
  const copies = stageReferences(file).flatMap((reference) =>
    sourceStage(file, reference) === stage ? [use(reference, reference.value)] : [],
  );
  return [...own, ...children, ...copies].sort((a, b) => a.start - b.start);
}

function use({ start, end }: Span, text: string): StageOccurrence {
  return { start, end, role: 'use', byNumber: /^\d+$/.test(text) || text.includes('$') };
}
