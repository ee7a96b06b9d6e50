/** What the editor shows of a resource of confd and of `confd.toml`: completion, hover, definitions, outline. */
import type { Location, Position, Range } from '../../protocol.ts';
import { type ConfdKey, configKeys, templateKeys } from '../confd/keys.ts';
import { type ConfdFile, confdSetting } from '../confd/parse.ts';
import { registrations, templateOf, templatesOf } from '../rules/confdFacts.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { lineIndex } from '../text/lineIndex.ts';
import { baseName } from '../text/uris.ts';
import type { Completion, Definition, DocumentSymbol, Hover } from './answers.ts';
import { type Item, numbered } from './completion.ts';
import { manifestContext } from './manifestContext.ts';
import type { Workspace } from './workspace.ts';

const words: Readonly<Record<string, readonly string[]>> = {
  backend: ['etcdv3', 'etcd', 'consul', 'redis', 'zookeeper', 'vault', 'dynamodb', 'ssm', 'env', 'file', 'rancher'],
  'log-level': ['info', 'debug', 'warn', 'error', 'panic'],
  scheme: ['http', 'https'],
  mode: ['0644', '0640', '0600'],
  check_cmd: ['nginx -t -c {{.src}}', 'haproxy -c -f {{.src}}'],
  reload_cmd: ['nginx -s reload', 'systemctl reload nginx', 'systemctl reload haproxy'],
};

const bare: Readonly<Record<string, readonly string[]>> = {
  watch: ['true', 'false'],
  noop: ['false', 'true'],
  interval: ['5', '60', '600'],
};

function keysOf(uri: string): readonly ConfdKey[] {
  return baseName(uri).toLowerCase() === 'confd.toml' ? configKeys : templateKeys;
}

/** Works on the line as it is being typed: a file in the middle of a word is no TOML. */
export function completeConfd(workspace: Workspace, uri: string, position: Position): readonly Completion[] {
  const context = manifestContext(workspace, uri);
  const text = workspace.file(uri)?.text;
  if (!context || text === undefined) return [];
  const index = lineIndex(text);
  const offset = index.offsetAt(position);
  const start = index.offsetAt({ line: position.line, character: 0 });
  const typed = text.slice(start, offset);
  const rest = /^[^\r\n]*/.exec(text.slice(offset))?.[0] ?? '';
  if (/^\s*#/.test(typed)) return [];
  const key = keyAround(text, start, typed);
  if (key !== undefined) return numbered(values(context, key, { index, typed, rest, offset }));
  const config = baseName(uri).toLowerCase() === 'confd.toml';
  const word = /^\s*([\w-]*)$/.exec(typed)?.[1];
  if (word === undefined) {
    const bracket = /^\s*(\[\w*)$/.exec(typed)?.[1];
    if (config || bracket === undefined || /^\s*\[template\]/m.test(text)) return [];
    const range = index.range(offset - bracket.length, offset + (/^\w*\]?/.exec(rest)?.[0].length ?? 0));
    return numbered([{ label: '[template]', kind: 'key', edit: { range, text: '[template]' } }]);
  }
  const range = index.range(offset - word.length, offset + (/^[\w-]*/.exec(rest)?.[0].length ?? 0));
  if (!config && !/^\s*\[template\]/m.test(text.slice(0, start))) return numbered([templateItem(range)]);
  const others = text.slice(0, start) + text.slice(offset + rest.length);
  const written = /^[\w-]*\s*=/.test(rest);
  return numbered(
    keysOf(uri)
      .filter(({ name }) => !new RegExp(`^\\s*${name}\\s*=`, 'im').test(others))
      .map((known) => keyItem(known, range, written)),
  );
}

function templateItem(range: Range): Item {
  const body = ['[template]', 'src = "$1"', 'dest = "$2"', 'keys = ["$3"]'].join('\n');
  return {
    label: '[template]',
    kind: 'key',
    documentation: 'A file that confd writes from a template.',
    edit: { range, text: body },
    snippet: true,
  };
}

function keyItem(known: ConfdKey, range: Range, written: boolean): Item {
  const shapes = { text: '"$1"', list: '["$1"]', number: '$1', boolean: '$1' } as const;
  return {
    label: known.name,
    kind: 'key',
    detail: known.required ? 'required' : (known.fallback ?? ''),
    documentation: known.about,
    edit: { range, text: written ? known.name : `${known.name} = ${shapes[known.kind]}` },
    ...(written ? {} : { snippet: true, again: true }),
  };
}

/** The key whose value the cursor is in; a list may go over several lines. */
function keyAround(text: string, start: number, typed: string): string | undefined {
  const own = /^\s*([\w-]+)\s*=/.exec(typed);
  if (own) return own[1]?.toLowerCase();
  const before = text.slice(0, start);
  const open = /(?:^|\n)\s*([\w-]+)\s*=\s*\[[^\]]*$/.exec(before);
  return open?.[1]?.toLowerCase();
}

interface Place {
  readonly index: ReturnType<typeof lineIndex>;
  readonly typed: string;
  readonly rest: string;
  readonly offset: number;
}

function values(context: ManifestContext, key: string, { index, typed, rest, offset }: Place): readonly Item[] {
  const quoted = /(["'])([^"']*)$/.exec(typed.slice(typed.indexOf('=') + 1));
  const inText = quoted !== null && (typed.slice(typed.indexOf('=') + 1).match(/["']/g) ?? []).length % 2 === 1;
  const part = inText ? (quoted[2] ?? '') : (/[\w.]*$/.exec(typed)?.[0] ?? '');
  const end = inText ? (/^[^"']*/.exec(rest)?.[0].length ?? 0) : (/^[\w.]*/.exec(rest)?.[0].length ?? 0);
  const range = index.range(offset - part.length, offset + end);
  const item = (word: string, kind: Item['kind'], detail?: string, plainValue = false): Item => ({
    label: word,
    kind,
    ...(detail ? { detail } : {}),
    edit: { range, text: inText || plainValue ? word : `"${word}"` },
  });
  if (key === 'src') return [...templatesOf(context).keys()].map((path) => item(path, 'file'));
  if (key === 'keys' || key === 'prefix') {
    const all = registrations(context, context.workspace.services);
    return [...new Map(all.map((one) => [one.key, one])).values()].map((one) =>
      item(one.key, 'reference', `${one.service.name} in ${one.environment}`),
    );
  }
  return [
    ...(words[key] ?? []).map((word) => item(word, 'value')),
    ...(bare[key] ?? []).map((word) => item(word, 'value', undefined, true)),
  ];
}

/** What a key means; who registers below a key of etcd. */
export function hoverConfd(workspace: Workspace, uri: string, position: Position): Hover | undefined {
  const context = manifestContext(workspace, uri);
  for (const { key, keyRange, items } of context?.confd?.tables.flatMap(({ settings }) => settings) ?? []) {
    const known = keysOf(uri).find(({ name }) => name === key.toLowerCase());
    if (known && holds(keyRange, position)) {
      const facts = [known.required ? 'Required.' : '', known.fallback === undefined ? '' : `Default: \`${known.fallback}\`.`]
        .filter(Boolean)
        .join(' ');
      return { range: keyRange, markdown: [`**${known.name}**: ${known.about}`, facts].filter(Boolean).join('\n\n') };
    }
    const item = key.toLowerCase() === 'keys' ? items?.find(({ range }) => holds(range, position)) : undefined;
    if (context && item) return { range: item.range, markdown: registeredText(context, item.text) };
  }
  return undefined;
}

function registeredText(context: ManifestContext, key: string): string {
  const prefix = confdSetting(context.confd?.template, 'prefix')?.text ?? '';
  const whole = `/${`${prefix}/${key}`.split('/').filter(Boolean).join('/')}`;
  const below = registrations(context, context.workspace.services).filter(
    (one) => whole === '/' || one.key === whole || one.key.startsWith(`${whole}/`),
  );
  if (below.length === 0) return `No service of this workspace registers below \`${whole}\`.`;
  return [
    `Below \`${whole}\` register:`,
    ...below.slice(0, 10).map((one) => `- \`${one.service.name}\` in \`${one.environment}\`: \`${one.key}/<address>-<port>\``),
  ].join('\n');
}

/** From `src` to the template, from a key to the manifest that registers below it. */
export function defineConfd(workspace: Workspace, uri: string, position: Position): readonly Definition[] {
  const context = manifestContext(workspace, uri);
  const template = context && templateOf(context);
  const top: Location['range'] = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  if (template && holds(template.src.valueRange, position)) return [{ uri: template.file.uri, range: top, from: template.src.valueRange }];
  const item = confdSetting(context?.confd?.template, 'keys')?.items?.find(({ range }) => holds(range, position));
  if (!context || !item) return [];
  const found = registrations(context, workspace.services).filter(({ key }) => key === item.text || item.text.startsWith(`${key}/`));
  return [...new Map(found.map((one) => [one.service.uri, one])).values()].map((one) => ({
    uri: one.service.uri,
    range: one.app.range,
    from: item.range,
  }));
}

/** The tables with their settings. */
export function symbolsConfd(file: ConfdFile | undefined): readonly DocumentSymbol[] {
  return (file?.tables ?? []).map(({ name, range, settings }) => ({
    name: name === '' ? 'confd' : name,
    kind: 'map',
    range: { start: range.start, end: settings.at(-1)?.valueRange.end ?? range.end },
    selection: range,
    children: settings.map(({ key, keyRange, valueRange, text, items }) => ({
      name: key === '' ? '""' : key,
      detail: (text ?? items?.map((one) => one.text).join(', ') ?? '').slice(0, 80),
      kind: 'value',
      range: { start: keyRange.start, end: valueRange.end },
      selection: keyRange,
      children: [],
    })),
  }));
}

function holds({ start, end }: Range, { line, character }: Position): boolean {
  const after = line > start.line || (line === start.line && character >= start.character);
  return after && (line < end.line || (line === end.line && character <= end.character));
}
