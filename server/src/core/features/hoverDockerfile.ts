import type { Position } from '../../protocol.ts';
import { type CatalogueMatch, currentReference } from '../dockerfile/catalogue.ts';
import { type EffectiveState, effectiveAt } from '../dockerfile/effective.ts';
import type { Dockerfile, FromInstruction, Instruction, Span, Stage } from '../dockerfile/model.ts';
import { flagReference, instructionReference, referenceLink } from '../dockerfile/reference.ts';
import type { Hover } from './answers.ts';
import { fromBase } from './completeVariableDockerfile.ts';
import { describeImage } from './describeImage.ts';
import { variableText } from './hoverVariableDockerfile.ts';
import { dockerfileContext } from './lint.ts';
import { instructionAt, subjectAt, within } from './subjectDockerfile.ts';
import type { Workspace } from './workspace.ts';

/** What the word under the cursor is: an instruction, an image of the catalogue, a stage. */
export function hoverDockerfile(
  file: Dockerfile,
  workspace: Workspace,
  position: Position,
  /** False: another extension tells of instructions and stages. */
  basics = true,
): Hover | undefined {
  const offset = file.index.offsetAt(position);
  const subject = subjectAt(file, workspace, offset);
  if (subject?.kind === 'variable') {
    const text = variableText(file, workspace, subject.occurrence);
    return basics || text?.includes(fromBase) ? hover(file, subject.span, text) : undefined;
  }
  if (subject?.kind === 'stage' && subject.span !== subject.stage.from.name) {
    return basics ? hover(file, subject.span, stageText(file, workspace, subject.stage)) : undefined;
  }
  const instruction = instructionAt(file, offset);
  if (!instruction) return undefined;
  if (within(instruction.keyword, offset) && !basics) return undefined;
  const flag = instruction.flags.find((one) => within({ start: one.start, end: one.start + one.name.length + 2 }, offset));
  if (flag) return basics ? hover(file, flag, flagText(instruction, flag.name)) : undefined;
  if (within(instruction.keyword, offset)) return hover(file, instruction.keyword, instructionText(file, workspace, instruction));
  if (instruction.kind === 'FROM') return fromHover(file, workspace, instruction, offset);
  return undefined;
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

/** What a flag does, in a sentence of its own, with its place in the reference. */
function flagText({ keyword }: Instruction, name: string): string {
  const about = flagReference(keyword.value.toUpperCase(), name);
  const link = `[Reference](${referenceLink(`${keyword.value}---${name}`)})`;
  return [`**--${name}**${about ? ` — ${about}` : ''}`, link].join('\n\n');
}
