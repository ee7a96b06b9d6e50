import type { Position } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { computeEffective } from '../service/compute.ts';
import { cursorAt, type YamlCursor } from '../yaml/cursor.ts';
import { alternatives, type JsonSchema, schemaAt } from '../yaml/schema.ts';
import { schemaOf } from '../yaml/schemas.ts';
import { textAt, valueAt, type YamlPath } from '../yaml/tree.ts';
import type { Hover } from './answers.ts';
import { manifestContext } from './manifestContext.ts';
import { namesOf } from './names.ts';
import { effectiveInput, productEnvironments, type Workspace } from './workspace.ts';

/** What the word under the cursor means: its documentation, what it refers to, and its value in every environment. */
export function hoverManifest(workspace: Workspace, uri: string, position: Position): Hover | undefined {
  const context = manifestContext(workspace, uri);
  const cursor = context && cursorAt(context.yaml.root, position);
  if (!context || !cursor) return undefined;
  const root = schemaOf(context.kind);
  const at = schemaAt(root, cursor.path, context.yaml.root);
  const parts = [at && documentation(root, at.schema, cursor), reference(context, root, cursor), effectiveValues(context, cursor.path)];
  const markdown = parts.filter((part) => part !== undefined && part !== '').join('\n\n');
  return markdown === '' ? undefined : { markdown, range: cursor.range };
}

function documentation(root: JsonSchema, schema: JsonSchema, cursor: YamlCursor): string | undefined {
  const text = schema.markdownDescription ?? schema.description;
  if (!text) return undefined;
  const key = cursor.path.findLast((step) => typeof step === 'string') ?? '';
  const branches = alternatives(root, schema);
  const words = branches.flatMap((branch) => branch.enum ?? []);
  const examples = branches.flatMap((branch) => branch.examples ?? []);
  const facts = [
    ...(words.length > 1 ? [`One of ${words.map((word) => `\`${String(word)}\``).join(', ')}.`] : []),
    ...(schema.default === undefined ? [] : [`Default: \`${shown(schema.default)}\`.`]),
    ...(examples.length > 0 && words.length === 0 ? [`Example: \`${shown(examples[0])}\`.`] : []),
  ];
  return [`**${key}**: ${text}`, facts.join(' ')].filter(Boolean).join('\n\n');
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

/** The value in each environment, where it is a scalar of a service's manifest. */
function effectiveValues({ workspace, service, yaml }: ManifestContext, path: YamlPath): string | undefined {
  if (!service || yaml.root?.kind !== 'map') return undefined;
  const root = yaml.root;
  const within = path[0] === 'environments' ? path[1] : undefined;
  const rest = within === undefined ? path : path.slice(2);
  if (
    rest.length === 0 ||
    ['apiVersion', 'kind', 'metadata', 'dependsOn', 'standards', 'environments', 'build', 'image'].includes(String(rest[0]))
  )
    return undefined;
  const environments = productEnvironments(workspace, service).filter((environment) => within === undefined || environment.name === within);
  const rows = environments.flatMap((environment) => {
    const value = textAt(valueAt(computeEffective(effectiveInput(workspace, service, root, environment)).tree, ...rest));
    return value === undefined ? [] : [`- \`${environment.name}\`: \`${value}\``];
  });
  return rows.length === 0 ? undefined : ['Effective value:', '', ...rows].join('\n');
}
