/**
 * `supervisord.conf` with the place of every word. Read as Supervisor reads it: Python's `RawConfigParser` with `;` and `#` for
 * comments (behind a blank also inside of a line), keys in lower case, deeper lines continuing a value, later settings winning.
 */
import type { Range } from '../../protocol.ts';
import { type LineIndex, lineIndex } from '../text/lineIndex.ts';

export interface Setting {
  /** In lower case, as Supervisor compares it. */
  readonly key: string;
  readonly keyRange: Range;
  /** Without comments; continuation lines joined by `\n`. */
  readonly value: string;
  readonly valueRange: Range;
  /** Offset of the value. */
  readonly valueStart: number;
  /** Offsets of its lines, the last newline included. */
  readonly lines: { readonly start: number; readonly end: number };
}

export interface Section {
  /** `program` of `[program:web]`, `supervisord` of `[supervisord]`. */
  readonly kind: string;
  readonly name?: string;
  /** Inside the brackets. */
  readonly range: Range;
  readonly kindRange: Range;
  readonly nameRange?: Range;
  readonly settings: readonly Setting[];
  /** Where another setting is added: behind the last one, else behind the header. */
  readonly end: number;
  /** Offset of the header's line. */
  readonly start: number;
}

export interface SupervisorFile {
  readonly text: string;
  readonly index: LineIndex;
  readonly sections: readonly Section[];
  readonly problems: readonly { readonly range: Range; readonly message: string }[];
}

interface Line {
  readonly start: number;
  readonly end: number;
  /** Offsets of its content without blanks and comment. */
  readonly from: number;
  readonly to: number;
  /** The newline included. */
  readonly next: number;
}

interface OpenSetting {
  key: string;
  keyFrom: number;
  keyTo: number;
  parts: string[];
  valueStart: number;
  valueEnd: number;
  start: number;
  next: number;
}

interface OpenSection {
  header: Line;
  settings: Setting[];
  end: number;
}

interface State {
  readonly sections: Section[];
  readonly problems: { range: Range; message: string }[];
  section: OpenSection | undefined;
  setting: OpenSetting | undefined;
  indent: number;
}

/** Reads a configuration; never throws. */
export function parseSupervisor(text: string): SupervisorFile {
  const index = lineIndex(text);
  const state: State = { sections: [], problems: [], section: undefined, setting: undefined, indent: 0 };
  for (const line of linesOf(text)) take(text, index, state, line);
  closeSection(text, index, state);
  return { text, index, sections: state.sections, problems: state.problems };
}

function take(text: string, index: LineIndex, state: State, line: Line): void {
  if (line.from === line.to) return;
  const indent = line.from - line.start;
  const content = text.slice(line.from, line.to);
  if (state.setting && indent > state.indent) {
    state.setting.parts.push(content);
    state.setting.valueEnd = line.to;
    state.setting.next = line.next;
    return;
  }
  closeSetting(index, state);
  state.indent = indent;
  if (/^\[.+\]/.test(content)) {
    closeSection(text, index, state);
    state.section = { header: line, settings: [], end: line.next };
    return;
  }
  const match = /^(.*?)\s*[=:]\s*/s.exec(content);
  if (!state.section) report(index, state, line, 'Settings stand in a section: write `[supervisord]` or `[program:name]` above.');
  else if (!match || match[1] === '') report(index, state, line, 'This is neither a section nor a setting: write `key=value`.');
  else {
    const valueStart = line.from + match[0].length;
    const key = match[1] ?? '';
    state.setting = {
      ...{ key, keyFrom: line.from, keyTo: line.from + key.length, parts: [text.slice(valueStart, line.to)] },
      ...{ valueStart, valueEnd: line.to, start: line.start, next: line.next },
    };
  }
}

function report(index: LineIndex, state: State, line: Line, message: string): void {
  state.problems.push({ range: index.range(line.from, line.to), message });
}

function closeSetting(index: LineIndex, state: State): void {
  const { setting, section } = state;
  state.setting = undefined;
  if (!setting || !section) return;
  section.end = setting.next;
  section.settings.push({
    key: setting.key.toLowerCase(),
    keyRange: index.range(setting.keyFrom, setting.keyTo),
    value: setting.parts.join('\n').trim(),
    valueRange: index.range(setting.valueStart, Math.max(setting.valueStart, setting.valueEnd)),
    valueStart: setting.valueStart,
    lines: { start: setting.start, end: setting.next },
  });
}

function closeSection(text: string, index: LineIndex, state: State): void {
  closeSetting(index, state);
  const { section } = state;
  state.section = undefined;
  if (!section) return;
  const from = section.header.from + 1;
  const close = text.lastIndexOf(']', section.header.to - 1);
  const header = text.slice(from, close);
  const colon = header.indexOf(':');
  const kind = (colon < 0 ? header : header.slice(0, colon)).trim();
  const nameFrom = from + colon + 1;
  state.sections.push({
    kind,
    ...(colon < 0 ? {} : { name: header.slice(colon + 1).trim(), nameRange: index.range(nameFrom, close) }),
    range: index.range(from, close),
    kindRange: index.range(from, colon < 0 ? close : from + colon),
    settings: section.settings,
    end: section.end,
    start: section.header.start,
  });
}

/** The lines with what they say; comment lines say nothing. */
function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (const match of text.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)) {
    const start = match.index;
    if (start >= text.length && text !== '') break;
    const raw = match[0].replace(/[\r\n]+$/, '');
    const end = start + raw.length;
    const comment = /(?:^|\s)[;#]/.exec(raw);
    const said = comment ? raw.slice(0, comment.index) : raw;
    const from = start + (said.length - said.trimStart().length);
    const to = start + said.trimEnd().length;
    lines.push({
      start,
      end,
      from: Math.min(from, to),
      to: Math.max(from, to) === from ? Math.min(from, to) : to,
      next: start + match[0].length,
    });
    if (match[0] === '') break;
  }
  return lines;
}

/** The value of a key that counts: the last one. */
export function settingOf(section: Section | undefined, key: string): Setting | undefined {
  return section?.settings.findLast((setting) => setting.key === key);
}

/** What Supervisor takes for true. */
export function isTrue(setting: Setting | undefined): boolean {
  return setting !== undefined && /^(?:true|yes|on|1)$/i.test(setting.value);
}
