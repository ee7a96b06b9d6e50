/** docs/files: a page for each kind of file, with every field under an anchor; and the line of each field for the links in the editor. */
import { readFile } from 'node:fs/promises';
import { type SchemaField, schemaFields } from '../../server/src/core/yaml/fields.ts';
import { alternatives, expand, type JsonSchema } from '../../server/src/core/yaml/schema.ts';

const notice = 'Derived by test/codegen/files.ts from the schemas. Change those, then run the tests with UPDATE=1.';

/** The name of the schema and of the page, and how the files are called. */
const kinds: readonly (readonly [name: string, title: string])[] = [
  ['service', 'waybill.yaml'],
  ['standards', 'waybill.standards.yaml'],
  ['environments', 'waybill.environments.yaml'],
  ['environments.local', 'waybill.environments.local.yaml'],
  ['record', 'waybill.lock.yaml, releases and snapshots'],
  ['hadolint', '.hadolint.yaml'],
];

export default async function generate(): Promise<Record<string, string>> {
  const pages = await Promise.all(
    kinds.map(async ([name, title]) => {
      const schema: JsonSchema = JSON.parse(await readFile(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
      return { name, lines: pageOf(schema, title) };
    }),
  );
  return {
    ...Object.fromEntries(pages.map(({ name, lines }) => [`docs/files/${name}.md`, `${lines.join('\n')}\n`])),
    'server/src/generated/fieldPages.ts': [
      `// ${notice}`,
      '',
      '/** The line of every field in the page of its kind of file, one-based, by its path. */',
      'export const fieldPages: Readonly<Record<string, Readonly<Record<string, number>>>> = {',
      ...pages.map(({ name, lines }) => `  ${JSON.stringify(name)}: ${JSON.stringify(linesOf(name, lines))},`),
      '};',
      '',
    ].join('\n'),
  };
}

/** @throws Error when two fields have one anchor */
function linesOf(name: string, lines: readonly string[]): Readonly<Record<string, number>> {
  const anchors = new Set<string>();
  const found = lines.flatMap((line, index): [string, number][] => {
    const [, anchor, path] = /^##+ <a id="([^"]+)"><\/a>`(.+)`$/.exec(line) ?? [];
    if (!anchor || !path) return [];
    if (anchors.has(anchor)) throw new Error(`${name}: the anchor ${anchor} is there twice`);
    anchors.add(anchor);
    return [[path, index + 1]];
  });
  return Object.fromEntries(found);
}

function pageOf(root: JsonSchema, title: string): readonly string[] {
  const all = schemaFields(root).filter((field) => isTaught(root, field));
  // A member that several alternatives have is told once.
  const fields = all.filter(({ path }, i) => all.findIndex((other) => other.path === path) === i);
  const tops = fields.filter(({ steps }) => steps.length === 1);
  return [
    `<!-- ${notice} -->`,
    `# ${title}`,
    '',
    root.markdownDescription ?? '',
    '',
    'Keys that begin with `x-` are yours. `[]` stands for each entry of a list, `*` for any name.',
    '',
    `Sections: ${tops.map(({ path }) => `[\`${path}\`](#${anchorOf(path)})`).join(', ')}.`,
    '',
    ...fields.flatMap((field) => entryOf(root, field)),
  ].slice(0, -1);
}

/** The entries of lists and free maps that are maps and say nothing of themselves are told at the list. */
function isTaught(root: JsonSchema, { schema, steps }: SchemaField): boolean {
  const own = expand(root, schema);
  const entry = steps.at(-1) === '[]' || steps.at(-1) === '*';
  const scalar = alternatives(root, schema).some(({ type }) => type !== 'object' && type !== 'array');
  return own.markdownDescription !== undefined || !entry || scalar;
}

const anchorOf = (path: string): string =>
  path
    .replaceAll('[]', '')
    .replaceAll('*', 'name')
    .concat(path.endsWith('[]') ? '.entry' : '');

function entryOf(root: JsonSchema, field: SchemaField): readonly string[] {
  const { path, steps, required } = field;
  const schema = expand(root, field.schema);
  const branches = alternatives(root, schema);
  const words = branches.flatMap((branch) => (branch.enum ?? []).map((word, i) => ({ word, means: branch.markdownEnumDescriptions?.[i] })));
  const told = words.filter(({ means }) => means);
  const forms = [...new Set(branches.flatMap((branch) => branch.patternErrorMessage ?? formats[branch['x-format'] ?? ''] ?? []))];
  return [
    `${steps.length === 1 ? '##' : '###'} <a id="${anchorOf(path)}"></a>\`${path}\``,
    '',
    schema.markdownDescription ?? schema.title ?? schema.errorMessage ?? `An entry of \`${steps.at(-2)}\`.`,
    '',
    `${facts(schema, branches, required).join(' · ')}`,
    '',
    ...(told.length > 0 ? [...told.map(({ word, means }) => `- \`${String(word)}\`: ${means}`), ''] : []),
    ...(words.length > told.length ? [`One of ${words.map(({ word }) => `\`${String(word)}\``).join(', ')}.`, ''] : []),
    ...(forms.length > 0 ? [forms.join(' '), ''] : []),
    ...groups(branches),
    ...(schema.deprecationMessage ? [`**Deprecated.** ${schema.deprecationMessage}`, ''] : []),
    ...examples(branches, steps),
  ];
}

function facts(schema: JsonSchema, branches: readonly JsonSchema[], required: boolean): readonly string[] {
  const standard = schema.default ?? branches.find((branch) => branch.default !== undefined)?.default;
  const types = [...new Set(branches.flatMap((branch) => typeWord(branch)))];
  const numbers = branches.flatMap(({ minimum, exclusiveMinimum, maximum }) => [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ]);
  return [
    types.join(' or ') || 'any value',
    ...new Set(numbers),
    ...(required ? ['**required**'] : []),
    ...(standard === undefined ? [] : [`default \`${shown(standard)}\``]),
    ...(branches.some((branch) => branch.uniqueItems || branch['x-unique']) ? ['no entry twice'] : []),
  ];
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: '`true` or `false`',
  object: 'map',
  array: 'list',
  null: '`null`',
};

function typeWord({ type, enum: words }: JsonSchema): readonly string[] {
  if (words) return ['word'];
  return (typeof type === 'string' ? [type] : (type ?? [])).map((name) => typeWords[name] ?? name);
}

/** What a text is checked as, in a sentence; where the schema has no sentence of its own. */
const formats: Readonly<Record<string, string>> = {
  address: 'A host name or an IP address.',
  cron: 'Five fields as cron has them: minute, hour, day of the month, month, day of the week.',
  date: 'A day: `2026-11-24`.',
  host: 'A host name, without scheme and path.',
  hostPort: 'A host name, with a port where it is not the usual one.',
  image: 'An image: `host/path:tag` or `host/path@sha256:…`.',
  label: 'A label: small letters and digits, with `.`, `-`, `_` or `/` between them.',
  portRange: 'A range of ports: `12200-12299`.',
  regex: 'A regular expression.',
  rrule: 'A recurrence after RFC 5545: `FREQ=WEEKLY;BYDAY=FR`.',
  signal: 'The name of a signal: `SIGTERM`.',
  timezone: 'A time zone: `Europe/Berlin`.',
  url: 'An address with its scheme: `https://…`.',
};

function groups(branches: readonly JsonSchema[]): readonly string[] {
  const list = (keys: readonly string[]) => keys.map((key) => `\`${key}\``).join(', ');
  return branches.flatMap((branch) => [
    ...(branch['x-exactlyOne'] ? [`Exactly one of ${list(branch['x-exactlyOne'])}.`, ''] : []),
    ...(branch['x-oneGroup'] ? [`Only one of these: ${branch['x-oneGroup'].map(list).join('; or ')}.`, ''] : []),
  ]);
}

/** The first example as it stands in a file, with its key; short ones in a line. */
function examples(branches: readonly JsonSchema[], steps: readonly string[]): readonly string[] {
  const [first] = branches.flatMap((branch) => branch.examples ?? []);
  if (first === undefined) return [];
  const key = steps.findLast((step) => step !== '[]' && step !== '*') ?? '';
  const entry = steps.at(-1) === '[]';
  const value = shown(first);
  return ['```yaml', entry ? `- ${value}` : steps.at(-1) === '*' ? `name: ${value}` : `${key}: ${value}`, '```', ''];
}

/** In flow style; texts without quotes where YAML reads them as texts. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${key}: ${shown(member)}`);
    return members.length > 0 ? `{ ${members.join(', ')} }` : '{}';
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  const plain = /^[A-Za-z/][\w ./@+-]*(?::[\w./@+-]+)*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}
