import { alternatives, expand, type JsonSchema } from '../yaml/schema.ts';

export interface KeySnippet {
  readonly text: string;
  /** The value has choices: ask for completion again. */
  readonly again: boolean;
}

/** A key with the skeleton of its value: required members, words to choose from, defaults to type over. */
export function keySnippet(
  root: JsonSchema,
  key: string,
  schema: JsonSchema,
  style: { readonly flow: boolean; readonly extra: number },
): KeySnippet {
  const stops = { next: 1 };
  const name = snippetText(/^[\w./-]+$/.test(key) ? key : JSON.stringify(key));
  const value = skeleton(root, schema, style, style.extra + 2, stops);
  return { text: `${name}:${value}`, again: value.endsWith(' $1') };
}

type Stops = { next: number };

function skeleton(root: JsonSchema, schema: JsonSchema, style: { readonly flow: boolean }, indent: number, stops: Stops): string {
  const branches = alternatives(root, schema);
  const own = branches.find((branch) => branch.type !== 'null') ?? {};
  const type = typeof own.type === 'string' ? own.type : own.type?.[0];
  if (type === 'object') return objectSkeleton(root, own, style, indent, stops);
  if (type === 'array') return arraySkeleton(root, own, style, indent, stops);
  if (own.enum?.length === 1) return ` ${snippetText(String(own.enum[0]))}`;
  if (own.default !== undefined && typeof own.default !== 'object' && !own.enum) {
    const text = typeof own.default === 'string' && /^[{[&*!|>%@`]/.test(own.default) ? JSON.stringify(own.default) : String(own.default);
    return ` \${${stops.next++}:${snippetText(text)}}`;
  }
  return ` $${stops.next++}`;
}

function objectSkeleton(root: JsonSchema, own: JsonSchema, style: { readonly flow: boolean }, indent: number, stops: Stops): string {
  const members = (own.required ?? []).map((key) => [key, expand(root, own.properties?.[key] ?? {})] as const);
  if (style.flow) {
    const inside = members.map(([key, child]) => `${key}:${skeleton(root, child, style, indent, stops)}`).join(', ');
    return ` { ${inside || `$${stops.next++}`} }`;
  }
  const pad = `\n${' '.repeat(indent)}`;
  if (members.length === 0) return `${pad}$${stops.next++}`;
  return members.map(([key, child]) => `${pad}${key}:${skeleton(root, child, style, indent + 2, stops)}`).join('');
}

function arraySkeleton(root: JsonSchema, own: JsonSchema, style: { readonly flow: boolean }, indent: number, stops: Stops): string {
  const item = own.items ? alternatives(root, own.items)[0] : undefined;
  if (style.flow || item?.type !== 'object')
    return style.flow || item === undefined ? ` [$${stops.next++}]` : `\n${' '.repeat(indent)}- $${stops.next++}`;
  const members = (item.required ?? []).map((key) => [key, expand(root, item.properties?.[key] ?? {})] as const);
  const lead = `\n${' '.repeat(indent)}- `;
  if (members.length === 0) return `${lead}$${stops.next++}`;
  const pad = `\n${' '.repeat(indent + 2)}`;
  return lead + members.map(([key, child]) => `${key}:${skeleton(root, child, style, indent + 4, stops)}`).join(pad);
}

function snippetText(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
