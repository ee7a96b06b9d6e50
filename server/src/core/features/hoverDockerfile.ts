import type { Position } from '../../protocol.ts';
import { type CatalogueMatch, currentReference } from '../dockerfile/catalogue.ts';
import { type EffectiveState, effectiveAt } from '../dockerfile/effective.ts';
import type { CopyInstruction, Dockerfile, FromInstruction, Instruction, Span, Stage } from '../dockerfile/model.ts';
import { placeAt } from '../dockerfile/place.ts';
import { instructionReference, referenceLink } from '../dockerfile/reference.ts';
import type { Hover } from './answers.ts';
import { describeImage } from './describeImage.ts';
import { dockerfileContext } from './lint.ts';
import type { Workspace } from './workspace.ts';

/** What the word under the cursor is: an instruction, an image of the catalogue, a stage. */
export function hoverDockerfile(file: Dockerfile, workspace: Workspace, position: Position): Hover | undefined {
  const offset = file.index.offsetAt(position);
  const place = placeAt(file, offset);
  if (place.kind !== 'instruction') return undefined;
  const outer = place.instruction;
  const instruction = outer.kind === 'ONBUILD' && outer.trigger && offset >= outer.trigger.start ? outer.trigger : outer;
  if (within(instruction.keyword, offset)) return hover(file, instruction.keyword, instructionText(file, workspace, instruction));
  if (instruction.kind === 'FROM') return fromHover(file, workspace, instruction, offset);
  if (instruction.kind === 'COPY' || instruction.kind === 'ADD') return copyHover(file, workspace, instruction, offset);
  return undefined;
}

function within({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

function hover(file: Dockerfile, { start, end }: Span, markdown: string | undefined): Hover | undefined {
  return markdown ? { markdown, range: file.index.range(start, end) } : undefined;
}

function instructionText(file: Dockerfile, workspace: Workspace, instruction: Instruction): string | undefined {
  const keyword = instruction.keyword.value.toUpperCase();
  const reference = instructionReference(keyword);
  if (!reference) return undefined;
  const stage = instruction.stage === undefined ? undefined : file.stages[instruction.stage];
  const here = stage && keyword !== 'FROM' ? stateText(effectiveAt(file, stage, instruction.start, workspace.standardsFor(file.uri))) : '';
  return [
    `**${keyword}** — ${reference.summary}`,
    ['```dockerfile', ...reference.forms, '```'].join('\n'),
    here === '' ? '' : `In force here: ${here}`,
    `[Reference](${referenceLink(keyword)})`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** `USER`, `WORKDIR` and the number of variables, in one line. */
function stateText({ user, workdir, env }: EffectiveState): string {
  const parts = [
    ...(user ? [`\`USER ${user.value}\`${user.by ? '' : ' (from the base image)'}`] : []),
    ...(workdir === undefined ? [] : [`\`WORKDIR ${workdir}\``]),
    ...[...env].slice(0, 8).map(([name, value]) => `\`${name}=${value.length > 40 ? `${value.slice(0, 40)}…` : value}\``),
  ];
  return parts.join(' · ');
}

function fromHover(file: Dockerfile, workspace: Workspace, from: FromInstruction, offset: number): Hover | undefined {
  const { image } = from;
  if (!image || !within(image, offset) || from.stage === undefined) return undefined;
  const stage = file.stages[from.stage];
  if (stage?.parent) return hover(file, image, stageText(file, workspace, stage.parent));
  const context = dockerfileContext(file, workspace);
  const root = context.states[from.stage]?.root;
  const resolved =
    image.resolved !== undefined && image.resolved !== image.text ? `\`${image.text}\` is \`${image.resolved}\` by default.` : '';
  if (root?.kind === 'scratch') return hover(file, image, '**scratch** — the empty image: no files, no user, no shell.');
  if (root?.kind !== 'image') return hover(file, image, `\`${image.text}\` depends on a variable without a default.`);
  if (!root.catalogue) {
    const unknown = context.standards ? `Not in the catalogue of the standards \`${context.standards.name}\`.` : '';
    return hover(file, image, [resolved, unknown].filter(Boolean).join('\n\n'));
  }
  const known = describeImage(context.standards, root.catalogue.image, context.today);
  return hover(file, image, [known, resolved, versionText(root.catalogue)].filter(Boolean).join('\n\n'));
}

/** How the version on the line stands to the current one. */
function versionText({ image, pinned }: CatalogueMatch): string {
  if (!image.current || pinned === image.current) return '';
  if (!pinned) return 'This version is not in the catalogue.';
  const revoked = pinned.revokedFor ? ` It was revoked for ${pinned.revokedFor}.` : '';
  return `An earlier version; current is \`${currentReference(image).replace(/@.*$/, '')}\`.${revoked}`;
}

function stageText(file: Dockerfile, workspace: Workspace, stage: Stage): string {
  const line = file.text.slice(stage.from.start, stage.from.headEnd);
  const state = effectiveAt(file, stage, stage.span.end, workspace.standardsFor(file.uri));
  const text = stateText(state);
  return [`Stage **${stage.name ?? stage.index}**`, ['```dockerfile', line, '```'].join('\n'), text && `At its end: ${text}`]
    .filter(Boolean)
    .join('\n\n');
}

function copyHover(file: Dockerfile, workspace: Workspace, copy: CopyInstruction, offset: number): Hover | undefined {
  if (!copy.from || !within(copy.from, offset)) return undefined;
  const stage = stageNamed(file, copy.from.value, copy.stage);
  return stage && hover(file, copy.from, stageText(file, workspace, stage));
}

/** The earlier stage of that name or number. */
export function stageNamed(file: Dockerfile, name: string, before: number | undefined): Stage | undefined {
  const earlier = file.stages.slice(0, before ?? 0);
  return (
    earlier.findLast((stage) => stage.name?.toLowerCase() === name.toLowerCase()) ??
    (/^\d+$/.test(name) ? earlier[Number(name)] : undefined)
  );
}
