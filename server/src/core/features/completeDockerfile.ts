// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of snippets
import type { Position, Range } from '../../protocol.ts';
import { currentReference, osOf } from '../dockerfile/catalogue.ts';
import type { Dockerfile, Instruction } from '../dockerfile/model.ts';
import { placeAt } from '../dockerfile/place.ts';
import { documentedKeywords, instructionReference, referenceLink } from '../dockerfile/reference.ts';
import type { DockerfileContext } from '../rules/context.ts';
import type { CatalogueImage } from '../standards/model.ts';
import type { Completion } from './answers.ts';
import { describeImage } from './describeImage.ts';
import { dockerfileContext } from './lint.ts';
import type { Workspace } from './workspace.ts';

/** The typed word around the cursor. */
interface Typed {
  readonly start: number;
  /** The part in front of the cursor. */
  readonly text: string;
  readonly range: Range;
}

/** What can stand at the cursor: instructions, catalogue images, stages, flags. Best first. */
export function completeDockerfile(file: Dockerfile, workspace: Workspace, position: Position): readonly Completion[] {
  const offset = file.index.offsetAt(position);
  const place = placeAt(file, offset);
  if (place.kind === 'comment' || place.kind === 'heredoc') return [];
  const typed = typedAt(file, offset);
  if (place.kind === 'between') return keywords(file, typed);
  const { instruction } = place;
  if (offset <= instruction.keyword.end) return keywords(file, typed);
  const inner = instruction.kind === 'ONBUILD' ? instruction.trigger : instruction;
  if (!inner || offset <= inner.keyword.end) return keywords(file, typed);
  return numbered(argumentsAt(file, workspace, inner, typed, offset));
}

function typedAt(file: Dockerfile, offset: number): Typed {
  let start = offset;
  while (start > 0 && /\S/.test(file.text[start - 1] ?? '')) start--;
  let end = offset;
  while (end < file.text.length && /\S/.test(file.text[end] ?? '')) end++;
  return { start, text: file.text.slice(start, offset), range: file.index.range(start, end) };
}

type Item = Omit<Completion, 'sortText'>;

function numbered(items: readonly Item[]): readonly Completion[] {
  return items.map((item, i) => ({ ...item, sortText: String(i).padStart(4, '0') }));
}

function keywords(file: Dockerfile, typed: Typed): readonly Completion[] {
  const lower = /^[a-z]/.test(typed.text) || (typed.text === '' && /^[a-z]/.test(file.instructions[0]?.keyword.text ?? ''));
  const names = documentedKeywords.filter((name) => name !== 'MAINTAINER' && (file.stages.length > 0 || name === 'FROM' || name === 'ARG'));
  const first = file.stages.length === 0 ? [...names].reverse() : names;
  return numbered(
    first.flatMap((name) => {
      const reference = instructionReference(name);
      if (!reference) return [];
      const label = lower ? name.toLowerCase() : name;
      const text = name === 'FROM' ? `${label} ` : label + reference.snippet.slice(name.length);
      return [
        {
          label,
          kind: 'key',
          documentation: `${reference.summary}\n\n[Reference](${referenceLink(name)})`,
          edit: { range: typed.range, text },
          ...(name === 'FROM' ? { again: true } : { snippet: true }),
        },
      ];
    }),
  );
}

function argumentsAt(file: Dockerfile, workspace: Workspace, instruction: Instruction, typed: Typed, offset: number): readonly Item[] {
  const from = /^--from=/.exec(typed.text);
  if (from && (instruction.kind === 'COPY' || instruction.kind === 'ADD')) {
    const start = file.index.positionAt(typed.start + from[0].length);
    return sources(file, workspace, instruction, { start, end: typed.range.end });
  }
  if (typed.text.startsWith('-')) return flags(instruction, typed);
  if (instruction.kind !== 'FROM') return [];
  const image = instruction.image;
  if (image && offset > image.end) return typed.text !== '' || !instruction.as ? [asItem(typed)] : [];
  return [...images(file, workspace, instruction, typed), ...stages(file, instruction, typed.range)];
}

function asItem(typed: Typed): Item {
  return { label: 'AS', kind: 'key', documentation: 'Names the stage.', edit: { range: typed.range, text: 'AS ${1:name}' }, snippet: true };
}

function flags(instruction: Instruction, typed: Typed): readonly Item[] {
  const reference = instructionReference(instruction.keyword.value.toUpperCase());
  const given = new Set(instruction.flags.map(({ name }) => name));
  return (reference?.flags ?? [])
    .filter(
      (flag) => typed.text.startsWith(flag) || !given.has(flag.replace(/^--|=$/g, '')) || flag === '--mount=' || flag === '--exclude=',
    )
    .map((flag) => ({
      label: flag,
      kind: 'key' as const,
      documentation: `[Reference](${referenceLink(`${instruction.keyword.value}---${flag.replace(/^--|=$/g, '')}`)})`,
      edit: { range: typed.range, text: flag },
      ...(flag.endsWith('=') ? { again: true } : {}),
    }));
}

function stages(file: Dockerfile, instruction: Instruction, range: Range): readonly Item[] {
  return file.stages.flatMap((stage) => {
    if (!stage.name || stage.index >= (instruction.stage ?? 0)) return [];
    const detail = `stage on ${stage.from.image?.text ?? 'nothing'}`;
    return [{ label: stage.name, kind: 'reference' as const, detail, edit: { range, text: stage.name } }];
  });
}

function sources(file: Dockerfile, workspace: Workspace, instruction: Instruction, range: Range): readonly Item[] {
  const context = dockerfileContext(file, workspace);
  const builders = context.standards?.images.filter(({ layer }) => layer === 'builder') ?? [];
  return [...stages(file, instruction, range), ...builders.map((image) => imageItem(context, image, range, ''))];
}

function images(file: Dockerfile, workspace: Workspace, instruction: Instruction, typed: Typed): readonly Item[] {
  const context = dockerfileContext(file, workspace);
  const wanted = context.layer === 'base' ? 'os' : 'base';
  const rank = (image: CatalogueImage): number => {
    const builds = context.target !== undefined && instruction.stage !== context.target.index;
    const layer = image.layer === (builds ? 'builder' : wanted) ? 0 : 2;
    return (image.deprecated ? 100 : 0) + layer - (image.name === context.manifest?.base?.name ? 1 : 0);
  };
  const known = [...(context.standards?.images ?? [])].sort((a, b) => rank(a) - rank(b));
  return known.map((image) => imageItem(context, image, typed.range, typed.text));
}

/** One edit takes the whole half-typed reference away and puts image, tag and digest in its place. */
function imageItem(context: DockerfileContext, image: CatalogueImage, range: Range, typed: string): Item {
  const reference = currentReference(image);
  const os = osOf(context.standards, image);
  const detail = [image.current?.tag, os && os !== image ? `on ${os.name}` : undefined, image.deprecated ? 'deprecated' : undefined];
  return {
    label: image.name,
    kind: 'reference',
    detail: detail.filter((part) => part !== undefined).join(' · '),
    documentation: describeImage(context.standards, image, context.today),
    edit: { range, text: reference },
    // Behind a tag or digest of another version no label would match: all stay on offer.
    filterText: /[:@]/.test(typed) ? typed : `${image.name} ${reference}`,
    ...(image.deprecated ? { deprecated: true } : {}),
  };
}
