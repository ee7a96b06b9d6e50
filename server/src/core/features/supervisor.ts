/** What the editor shows of a `supervisord.conf`: completion, hover, outline, definitions. */
import type { Position, Range } from '../../protocol.ts';
import {
  expansions,
  type KnownKey,
  type KnownSection,
  knownSection,
  knownSections,
  type ValueKind,
  valueWords,
} from '../supervisor/keys.ts';
import { parseSupervisor, type Section, type Setting, type SupervisorFile } from '../supervisor/parse.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { Completion, Definition, DocumentSymbol, Hover } from './answers.ts';
import { type Item, numbered } from './completion.ts';

/** Words of a value that no shape holds. */
const usual: Readonly<Record<string, readonly string[]>> = {
  stdout_logfile: ['/dev/stdout', 'NONE', 'AUTO', 'syslog'],
  stderr_logfile: ['/dev/stderr', 'NONE', 'AUTO', 'syslog'],
  logfile: ['/dev/null', '/dev/stdout'],
  stdout_logfile_maxbytes: ['0', '50MB'],
  stderr_logfile_maxbytes: ['0', '50MB'],
  logfile_maxbytes: ['0', '50MB'],
  pidfile: ['/run/supervisord.pid', '/tmp/supervisord.pid'],
  serverurl: ['unix:///run/supervisor.sock', 'AUTO'],
  port: ['127.0.0.1:9001'],
  file: ['/run/supervisor.sock'],
  exitcodes: ['0', '0,2'],
  'supervisor.rpcinterface_factory': ['supervisor.rpcinterface:make_main_rpcinterface'],
  events: [
    ...['PROCESS_STATE_FATAL', 'PROCESS_STATE_EXITED', 'PROCESS_STATE', 'PROCESS_STATE_STOPPED', 'PROCESS_STATE_RUNNING'],
    ...['PROCESS_STATE_STARTING', 'PROCESS_STATE_BACKOFF', 'PROCESS_STATE_UNKNOWN', 'PROCESS_COMMUNICATION', 'PROCESS_LOG'],
    ...['SUPERVISOR_STATE_CHANGE', 'TICK_5', 'TICK_60', 'TICK_3600', 'REMOTE_COMMUNICATION', 'EVENT'],
  ],
};

/** What may stand at a position: sections, keys that the section lacks, words of a value. */
export function completeSupervisor(text: string, position: Position): readonly Completion[] {
  const file = parseSupervisor(text);
  const offset = file.index.offsetAt(position);
  const start = file.index.offsetAt({ line: position.line, character: 0 });
  const typed = text.slice(start, offset);
  const rest = /^[^\r\n]*/.exec(text.slice(offset))?.[0] ?? '';
  if (/^\s*[;#]/.test(typed)) return [];
  const expansion = /%\(([\w]*)$/.exec(typed);
  if (expansion) return expansionItems(file, offset - (expansion[1] ?? '').length, rest, offset);
  const bracket = /^\s*\[([^\]]*)$/.exec(typed);
  const section = file.sections.findLast((one) => one.start < start);
  if (bracket) {
    const end = offset + (/^[^\]\r\n;#]*\]?/.exec(rest)?.[0].length ?? 0);
    return numbered(sectionItems(file, file.index.range(start + typed.indexOf('['), end)));
  }
  const setting = /^\s*([\w.-]+)\s*[=:]\s*(.*)$/.exec(typed);
  if (setting && section) {
    const key = (setting[1] ?? '').toLowerCase();
    const from = offset - (/[^\s,]*$/.exec(setting[2] ?? '')?.[0].length ?? 0);
    return numbered(valueItems(file, section, key, file.index.range(from, offset + (/^[^\s,;]*/.exec(rest)?.[0].length ?? 0))));
  }
  if (!/^\s*[\w.-]*$/.test(typed)) return [];
  const lead = typed.length - typed.trimStart().length;
  const word = file.index.range(start + lead, offset + (/^[\w.-]*/.exec(rest)?.[0].length ?? 0));
  const written = /^[\w.-]*\s*[=:]/.test(rest);
  return numbered([
    ...(section ? keyItems(section, word, written) : []),
    // A line that has a value already stays a setting.
    ...(written ? [] : sectionItems(file, word)),
  ]);
}

function expansionItems({ index }: SupervisorFile, from: number, rest: string, offset: number): readonly Completion[] {
  const tail = /^\w*(?:\)\d*[sd]?)?/.exec(rest)?.[0].length ?? 0;
  const range = index.range(from, offset + tail);
  const item = (name: string, detail: string): Item => ({ label: name, kind: 'variable', detail, edit: { range, text: `${name})s` } });
  return numbered([
    { label: 'ENV_', kind: 'variable', detail: 'a variable of the environment', edit: { range, text: 'ENV_$1)s' }, snippet: true },
    ...expansions.map((name) =>
      name === 'process_num'
        ? { ...item(name, 'number of the process'), edit: { range, text: 'process_num)02d' } }
        : item(name, 'filled in by Supervisor'),
    ),
  ]);
}

function sectionItems({ sections }: SupervisorFile, range: Range): readonly Item[] {
  return knownSections
    .filter(
      ({ named, name }) => named || !sections.some((section) => section.kind === name && section.range.start.line !== range.start.line),
    )
    .map(({ name, named, about }) => ({
      label: named ? `[${name}:…]` : `[${name}]`,
      kind: 'key' as const,
      documentation: about,
      filterText: `[${name}`,
      ...(named ? { edit: { range, text: `[${name}:\${1:name}]` }, snippet: true } : { edit: { range, text: `[${name}]` } }),
    }));
}

function keyItems(section: Section, range: Range, written: boolean): readonly Item[] {
  const known = knownSection(section.kind);
  const present = new Set(section.settings.filter(({ keyRange }) => keyRange.start.line !== range.start.line).map(({ key }) => key));
  const ordered = [...(known?.keys ?? [])].sort((a, b) => Number(b.required ?? false) - Number(a.required ?? false));
  return ordered
    .filter(({ name }) => !present.has(name))
    .map((key) => ({
      label: key.name,
      kind: 'key' as const,
      detail: key.required ? 'required' : (key.fallback ?? ''),
      documentation: about(key),
      edit: { range, text: written ? key.name : `${key.name}=` },
      ...(written ? {} : { again: true }),
    }));
}

function valueItems(file: SupervisorFile, section: Section, key: string, range: Range): readonly Item[] {
  const known = knownSection(section.kind)?.keys.find(({ name }) => name === key);
  const programs = file.sections.filter(({ kind }) => kind === 'program' || kind === 'fcgi-program').flatMap(({ name }) => name ?? []);
  const words =
    section.kind === 'group' && key === 'programs' ? programs : [...((known && valueWords[known.kind]) ?? []), ...(usual[key] ?? [])];
  return words.map((word) => ({
    label: word,
    kind: section.kind === 'group' ? ('reference' as const) : ('enum' as const),
    ...(word === known?.fallback ? { detail: 'default' } : {}),
    edit: { range, text: word },
  }));
}

const kindWords: Readonly<Partial<Record<ValueKind, string>>> = {
  boolean: '`true` or `false`.',
  restart: '`true`, `false` or `unexpected`.',
  bytes: 'A size: `0`, `512KB`, `50MB`.',
  integer: 'A whole number.',
  octal: 'An octal number.',
};

function about({ about: text, kind, fallback, required }: KnownKey): string {
  const facts = [kindWords[kind], required ? 'Required.' : undefined, fallback === undefined ? undefined : `Default: \`${fallback}\`.`];
  return [text, facts.filter(Boolean).join(' ')].filter(Boolean).join('\n\n');
}

/** What a section, a key or a `%(name)s` means. */
export function hoverSupervisor(text: string, position: Position): Hover | undefined {
  const { sections, index } = parseSupervisor(text);
  for (const section of sections) {
    const known = knownSection(section.kind);
    if (known && holds(section.range, position)) return { range: section.range, markdown: sectionText(section, known) };
    const setting = section.settings.find(({ keyRange, valueRange }) => holds(keyRange, position) || holds(valueRange, position));
    if (!setting) continue;
    const key = known?.keys.find(({ name }) => name === setting.key);
    if (key && holds(setting.keyRange, position)) return { range: setting.keyRange, markdown: `**${key.name}**: ${about(key)}` };
    return hoverExpansion(text, index, section, setting, index.offsetAt(position));
  }
  return undefined;
}

function hoverExpansion(text: string, index: LineIndex, section: Section, setting: Setting, offset: number): Hover | undefined {
  const value = text.slice(setting.valueStart, index.offsetAt(setting.valueRange.end));
  const match = [...value.matchAll(/%\((\w+)\)\d*[sd]/g)].find((one) => {
    const start = setting.valueStart + one.index;
    return start <= offset && offset <= start + one[0].length;
  });
  if (!match) return undefined;
  const start = setting.valueStart + match.index;
  return { range: index.range(start, start + match[0].length), markdown: expansionText(match[1] ?? '', section) };
}

function sectionText({ name }: Section, { about: text, named, name: kind }: KnownSection): string {
  return `**[${kind}${named ? `:${name ?? ''}` : ''}]**: ${text}`;
}

function expansionText(name: string, section: Section): string {
  if (name.startsWith('ENV_'))
    return `The variable \`${name.slice(4)}\` as Supervisor was started with it. Without it Supervisor does not start.`;
  const known: Readonly<Record<string, string>> = {
    program_name: `\`${section.name ?? ''}\``,
    group_name: 'The group that the program is in, else its own name.',
    process_num: 'The number of the process, from `numprocs_start` on.',
    numprocs: 'How many processes the program has.',
    host_node_name: 'The name of the machine.',
    here: 'The folder of this file.',
  };
  return known[name] ?? `Supervisor fills in no \`${name}\`.`;
}

/** From a program in a group to its section. */
export function defineSupervisor(uri: string, text: string, position: Position): readonly Definition[] {
  const file = parseSupervisor(text);
  const offset = file.index.offsetAt(position);
  const group = file.sections.find(
    ({ kind, settings }) => kind === 'group' && settings.some(({ key, valueRange }) => key === 'programs' && holds(valueRange, position)),
  );
  if (!group) return [];
  const start = offset - (/[^\s,=:]*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  const name = /^[^\s,;]*/.exec(text.slice(start))?.[0] ?? '';
  const section = file.sections.find((one) => (one.kind === 'program' || one.kind === 'fcgi-program') && one.name === name);
  return section ? [{ uri, range: section.nameRange ?? section.range, from: file.index.range(start, start + name.length) }] : [];
}

/** The sections with their settings. */
export function symbolsSupervisor(text: string): readonly DocumentSymbol[] {
  const { sections, index } = parseSupervisor(text);
  return sections.map(({ kind, name, range, settings, start, end }) => ({
    name: name === undefined ? kind || '[]' : `${kind}:${name}`,
    kind: 'map',
    range: index.range(start, end),
    selection: range,
    children: settings.map(({ key, keyRange, value, valueRange }) => ({
      name: key,
      detail: value.slice(0, 80),
      kind: 'value',
      range: { start: keyRange.start, end: valueRange.end },
      selection: keyRange,
      children: [],
    })),
  }));
}

function holds(range: Range, { line, character }: Position): boolean {
  const { start, end } = range;
  const after = line > start.line || (line === start.line && character >= start.character);
  return after && (line < end.line || (line === end.line && character <= end.character));
}
