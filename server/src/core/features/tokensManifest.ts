import type { Range } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { marksOf } from '../yaml/marks.ts';
import { childSchema, expand, type JsonSchema, meant } from '../yaml/schema.ts';
import { schemaOf } from '../yaml/schemas.ts';
import type { ScalarNode, YamlNode } from '../yaml/tree.ts';
import { type Token, type TokenType, tokenTypes } from './tokensDockerfile.ts';

/** What names of other places look like, by their kind in the schemas. */
const references: Readonly<Record<string, TokenType>> = {
  services: 'class',
  products: 'class',
  baseImages: 'namespace',
  osImages: 'namespace',
  images: 'namespace',
  components: 'type',
  jdkVersions: 'type',
  standards: 'type',
  registries: 'type',
  pools: 'type',
  logStores: 'type',
  environments: 'enumMember',
  ownEnvironments: 'enumMember',
  ports: 'parameter',
  rules: 'function',
};

const digest = /\b[a-z0-9]+:[0-9a-f]{64}\b/g;
/** `${name}` of manifests, `{name}` of tags and of components; `$$` is a dollar sign. */
const variable = /\$\$|\$\{[^}\n]*\}|\{[\w.:]+\}/g;
const amount = /^\d+(?:\.\d+)?(?:ms|s|m|h|d|[kMGTPE]i?B?|Ki|kB)?(?:\d+(?:ms|s|m|h|d))*$/;

/**
 * Keys by what they are (sections, keys of the format, names that people give), names that other places define, words of the
 * format, amounts, digests, variables, anchors and comments; in the order of the text, none across a line break.
 */
export function tokensManifest(context: ManifestContext, range?: Range): readonly Token[] {
  const { text, index, root } = context.yaml;
  // One colour per character, 0 for none: what is painted later lies on top.
  const colours = new Uint8Array(text.length);
  const paint: Paint = (type, start, end) => colours.fill(type === 'plain' ? 0 : tokenTypes.indexOf(type) + 1, start, end);
  const schema = schemaOf(context.kind);
  if (root) paintTree({ root: schema, yaml: context.yaml, paint }, schema, root);
  paintMarks(text, paint);
  const tokens: Token[] = [];
  let at = range ? index.offsetAt(range.start) : 0;
  const end = range ? index.offsetAt(range.end) : text.length;
  while (at < end) {
    const colour = colours[at] ?? 0;
    const from = at;
    while (at < end && colours[at] === colour && !isBreak(text, at)) at++;
    const type = tokenTypes[colour - 1];
    if (type && text.slice(from, at).trim() !== '') tokens.push({ ...index.positionAt(from), length: at - from, type });
    while (at < end && isBreak(text, at)) at++;
  }
  return tokens;
}

function isBreak(text: string, at: number): boolean {
  return text[at] === '\n' || text[at] === '\r';
}

type Paint = (type: TokenType | 'plain', start: number, end: number) => void;

interface Painter {
  readonly root: JsonSchema;
  readonly yaml: ManifestContext['yaml'];
  readonly paint: Paint;
}

function put({ yaml: { index }, paint }: Painter, type: TokenType | undefined, range: Range): void {
  if (type) paint(type, index.offsetAt(range.start), index.offsetAt(range.end));
}

function paintTree(painter: Painter, schema: JsonSchema, node: YamlNode, depth = 0): void {
  const whole = expand(painter.root, schema);
  const own = meant(painter.root, schema, node) ?? {};
  if (node.kind === 'list') {
    for (const item of node.items) paintTree(painter, own.items ?? {}, item, depth + 1);
  } else if (node.kind === 'map') {
    const named = whole['x-keys'] ?? own['x-keys'];
    for (const { key, keyRange, value } of node.entries) {
      const child = childSchema(own, key);
      if (!child) continue;
      put(painter, named ? references[named] : keyType(own, key, depth), keyRange);
      paintTree(painter, child, value, depth + 1);
    }
  } else {
    put(painter, scalarType(node, { ...own, ...whole }), node.range);
    paintInside(painter, node.range);
  }
}

/** Sections of the file, keys of the format, names that people give. */
function keyType(own: JsonSchema, key: string, depth: number): TokenType {
  if (!own.properties?.[key]) return 'variable';
  return depth === 0 ? 'keyword' : 'property';
}

function scalarType(node: ScalarNode, schema: JsonSchema): TokenType | undefined {
  const named = schema['x-values'];
  if (named && node.value !== null) return references[named];
  const format = schema['x-format'];
  if (format === 'cron' || format === 'rrule' || format === 'regex') return 'regexp';
  if (schema.enum && typeof node.value === 'string') return 'enumMember';
  if (typeof node.value === 'string' && schema.pattern && amount.test(node.value)) return 'number';
  return undefined;
}

/** Digests and variables within a value. */
function paintInside({ yaml: { text, index }, paint }: Painter, range: Range): void {
  const start = index.offsetAt(range.start);
  const own = text.slice(start, index.offsetAt(range.end));
  if (own.includes(':')) for (const { 0: found, index: at } of own.matchAll(digest)) paint('macro', start + at, start + at + found.length);
  if (!own.includes('{')) return;
  for (const { 0: found, index: at } of own.matchAll(variable)) {
    if (found !== '$$') paint('variable', start + at, start + at + found.length);
  }
}

function paintMarks(text: string, paint: Paint): void {
  for (const { type, start, end } of marksOf(text)) {
    paint(type === 'comment' ? 'comment' : 'macro', start, end);
  }
}
