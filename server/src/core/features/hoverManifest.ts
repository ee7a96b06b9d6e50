import type { Position } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { optional } from '../text/optional.ts';
import { cursorAt, type YamlCursor } from '../yaml/cursor.ts';
import { alternatives, type JsonSchema, schemaAt } from '../yaml/schema.ts';
import { schemaOf } from '../yaml/schemas.ts';
import { textAt } from '../yaml/tree.ts';
import type { Hover } from './answers.ts';
import { fieldPage } from './fieldPage.ts';
import { portMapping, resourceSums } from './hoverAmounts.ts';
import { effectiveValues, jdkInWords } from './hoverEffective.ts';
import { valueInWords } from './hoverValue.ts';
import { manifestContext } from './manifestContext.ts';
import { namesOf } from './names.ts';
import type { Schedules } from './schedules.ts';
import type { Workspace } from './workspace.ts';

/**
 * What the word under the cursor means: its documentation, what it refers to or stands for, what it adds up to, and its value in
 * every environment with the line that it comes from.
 * @param schedules tells schedules in words, once it is there
 */
export function hoverManifest(workspace: Workspace, uri: string, position: Position, schedules?: Schedules): Hover | undefined {
  const context = manifestContext(workspace, uri);
  const cursor = context && cursorAt(context.yaml.root, position);
  if (!context || !cursor) return undefined;
  const root = schemaOf(context.kind);
  const at = schemaAt(root, cursor.path, context.yaml.root);
  const said = at && documentation(root, at.schema, cursor, context.kind !== 'record');
  const meaning = [
    valueInWords(context, at?.schema, cursor, schedules) ?? reference(context, root, cursor),
    jdkInWords(context, cursor.path),
    effectiveValues(context, cursor),
    resourceSums(context, cursor.path),
    portMapping(context, cursor.path),
  ];
  // On a value what it means comes first, on a key what the key is for.
  const parts = cursor.on === 'value' ? [...meaning, said] : [said, ...meaning];
  if (context.kind === 'record') parts.push('Written by Waybill. A record is what its id says: it is not edited by hand.');
  const markdown = parts.filter((part) => part !== undefined && part !== '').join('\n\n');
  if (markdown === '') return undefined;
  return { markdown, range: cursor.range, ...optional('page', at && fieldPage(context, root, at.written)) };
}

function documentation(root: JsonSchema, schema: JsonSchema, cursor: YamlCursor, withExample: boolean): string | undefined {
  const text = schema.markdownDescription ?? schema.description;
  if (!text) return undefined;
  const key = cursor.path.findLast((step) => typeof step === 'string') ?? '';
  const branches = alternatives(root, schema);
  const words = branches.flatMap((branch) => branch.enum ?? []);
  const told = branches.flatMap((branch) => (branch.markdownEnumDescriptions ?? []).map((means, i) => ({ word: branch.enum?.[i], means })));
  const examples = branches.flatMap((branch) => branch.examples ?? []);
  const facts = [
    ...(words.length > 1 && told.length === 0 ? [`One of ${words.map((word) => `\`${String(word)}\``).join(', ')}.`] : []),
    ...(schema.default === undefined ? [] : [`Default: \`${shown(schema.default)}\`.`]),
    ...(withExample && examples.length > 0 && words.length === 0 ? [`Example: \`${shown(examples[0])}\`.`] : []),
  ];
  return [`**${key}**: ${text}`, meanings(told, cursor), facts.join(' ')].filter(Boolean).join('\n\n');
}

/** What the words mean that may stand here; on one of them, what that one means. */
function meanings(told: readonly { readonly word: unknown; readonly means: string }[], { on, node }: YamlCursor): string {
  const here = on === 'value' && node.kind === 'scalar' ? told.filter(({ word }) => word === node.value) : [];
  return (here.length > 0 ? here : told).map(({ word, means }) => `- \`${String(word)}\`: ${means}`).join('\n');
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a name means that another place defines. */
function reference(context: ManifestContext, root: JsonSchema, cursor: YamlCursor): string | undefined {
  const found = referenceAt(context, root, cursor);
  if (!found) return undefined;
  return [`\`${found.name}\`${found.detail ? `: ${found.detail}` : ''}`, found.documentation].filter(Boolean).join('\n\n');
}

/** The defined name that the cursor is on, if it is on one. */
export function referenceAt(
  context: ManifestContext,
  root: JsonSchema,
  cursor: YamlCursor,
): ReturnType<typeof namesOf>[number] | undefined {
  if (cursor.on === 'key') {
    const kind = schemaAt(root, cursor.path.slice(0, -1), context.yaml.root)?.schema['x-keys'];
    return kind ? namesOf(kind, context).find((name) => name.name === cursor.path.at(-1)) : undefined;
  }
  const schema = schemaAt(root, cursor.path, context.yaml.root)?.schema;
  const kind = schema?.['x-values'];
  const text = textAt(cursor.node);
  return kind ? namesOf(kind, context).find((name) => name.name === text) : undefined;
}
