// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of snippets
import type { Position, Range } from '../../protocol.ts';
import { currentReference, osOf } from '../dockerfile/catalogue.ts';
import type { Dockerfile, FromInstruction, Instruction } from '../dockerfile/model.ts';
import { placeAt } from '../dockerfile/place.ts';
import { documentedKeywords, instructionReference, referenceLink } from '../dockerfile/reference.ts';
import type { DockerfileContext } from '../rules/context.ts';
import type { CatalogueImage } from '../standards/model.ts';
import { optional } from '../text/optional.ts';
import type { Completion } from './answers.ts';
import { completeWord, userItems } from './completeArgumentDockerfile.ts';
import { completeComment } from './completeCommentDockerfile.ts';
import { completeFlags, completeFlagValue } from './completeFlagDockerfile.ts';
import { completePath } from './completePathDockerfile.ts';
import { completeArgName, completeVariableAt } from './completeVariableDockerfile.ts';
import { type Item, numbered, type Typed, typedWord, words } from './completion.ts';
import type { ContextListing } from './contextListing.ts';
import { describeImage } from './describeImage.ts';
import { dockerfileContext } from './lint.ts';
import type { Workspace } from './workspace.ts';

/** What can stand at the cursor, best first. `listing` is the folder that `wantedListing` asked for. */
export function completeDockerfile(
  file: Dockerfile,
  workspace: Workspace,
  position: Position,
  options: {
    readonly listing?: ContextListing /** False: another extension offers instructions, flags and stages. */;
    readonly basics?: boolean;
  } = {},
): readonly Completion[] {
  const offset = file.index.offsetAt(position);
  const basics = options.basics ?? true;
  const line = file.text.slice(file.text.lastIndexOf('\n', offset - 1) + 1, offset);
  const place = placeAt(file, offset);
  if (place.kind === 'heredoc') return numbered(inHeredoc(file, workspace, place.instruction, offset));
  if (place.kind === 'comment' || /^\s*#/.test(line)) return numbered(completeComment(file, offset));
  const typed = typedWord(file, offset);
  const offerKeywords = () => (basics ? keywords(file, typed) : []);
  if (place.kind === 'between') return offerKeywords();
  const { instruction } = place;
  if (offset <= instruction.keyword.end) return offerKeywords();
  const inner = instruction.kind === 'ONBUILD' ? instruction.trigger : instruction;
  if (!inner || offset <= inner.keyword.end) return offerKeywords();
  return numbered(argumentsAt({ file, workspace, instruction: inner, typed, offset, basics, ...optional('listing', options.listing) }));
}

/** Only variables, and only where Docker or a shell replaces them. */
function inHeredoc(file: Dockerfile, workspace: Workspace, instruction: Instruction, offset: number): readonly Item[] {
  const inner = instruction.kind === 'ONBUILD' ? instruction.trigger : instruction;
  const heredoc = inner?.heredocs.find(({ body }) => body.start <= offset && offset <= body.end);
  if (!inner || !heredoc || (inner.kind !== 'RUN' && !heredoc.expand)) return [];
  return completeVariableAt(file, inner, workspace.standardsFor(file.uri), offset) ?? [];
}

interface Cursor {
  readonly file: Dockerfile;
  readonly workspace: Workspace;
  readonly instruction: Instruction;
  readonly typed: Typed;
  readonly offset: number;
  readonly basics: boolean;
  readonly listing?: ContextListing;
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

function argumentsAt(cursor: Cursor): readonly Item[] {
  const { file, workspace, instruction, typed, offset, basics, listing } = cursor;
  const standards = workspace.standardsFor(file.uri);
  const variables = completeVariableAt(file, instruction, standards, offset);
  if (variables) return basics || instruction.kind === 'RUN' ? variables : [];
  if (/^--[\w-]+=/.test(typed.text)) {
    if (listing) return completePath(file, listing, offset);
    const users = () => userItems(dockerfileContext(file, workspace), instruction, typed.range);
    const from = (range: Range) => sources(cursor, range);
    return completeFlagValue(file, typed, offset, users, from);
  }
  if (typed.text.startsWith('-')) return basics || instruction.kind === 'RUN' ? completeFlags(instruction, typed) : [];
  switch (instruction.kind) {
    case 'FROM':
      return afterFrom(cursor, instruction);
    case 'COPY':
    case 'ADD':
      return listing ? completePath(file, listing, offset) : [];
    case 'ARG':
      return typed.text.includes('=') ? [] : completeArgName(file, instruction, typed.range);
    default:
      return completeWord(dockerfileContext(file, workspace), instruction, typed, workspace.serviceForDockerfile(file.uri));
  }
}

function afterFrom(cursor: Cursor, from: FromInstruction): readonly Item[] {
  const { file, typed, offset, basics } = cursor;
  if (from.image && offset > from.image.end) return basics && (typed.text !== '' || !from.as) ? [asItem(typed)] : [];
  return [...images(cursor), ...(basics ? stages(file, from, typed.range) : [])];
}

function asItem(typed: Typed): Item {
  return { label: 'AS', kind: 'key', documentation: 'Names the stage.', edit: { range: typed.range, text: 'AS ${1:name}' }, snippet: true };
}

function stages(file: Dockerfile, instruction: Instruction, range: Range): readonly Item[] {
  return file.stages.flatMap((stage) => {
    if (!stage.name || stage.index >= (instruction.stage ?? 0)) return [];
    const detail = `stage on ${stage.from.image?.text ?? 'nothing'}`;
    return [{ label: stage.name, kind: 'reference' as const, detail, edit: { range, text: stage.name } }];
  });
}

function sources({ file, workspace, instruction, basics }: Cursor, range: Range): readonly Item[] {
  const context = dockerfileContext(file, workspace);
  const builders = context.standards?.images.filter(({ layer }) => layer === 'builder') ?? [];
  const named = context.manifest?.contexts ?? [];
  return [
    ...(basics || instruction.kind === 'RUN' ? stages(file, instruction, range) : []),
    ...words(
      range,
      'reference',
      named.map((name) => [name, 'named context']),
    ),
    ...builders.map((image) => imageItem(context, image, range, '')),
  ];
}

function images({ file, workspace, instruction, typed }: Cursor): readonly Item[] {
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
