import { imageReference } from './imageReference.ts';
import type { RawInstruction } from './lines.ts';
import type { Flag, Instruction, Span, Word } from './model.ts';
import { runScript } from './run.ts';
import type { ShellScript, ShellSource } from './shellModel.ts';
import { jsonWords, pairsOf, plainWords, type Slice, skipBlanks, takeFlags } from './words.ts';

/** What earlier lines of the file settle for an instruction. */
export interface Surroundings {
  readonly text: string;
  readonly escapeMark: '\\' | '`';
  readonly stage?: number;
  /** True when RUN bodies are read by a POSIX shell. */
  readonly posix: boolean;
  readonly globalArg: (name: string) => string | undefined;
  readonly parseShell: (source: ShellSource) => ShellScript;
}

const keywords = new Set([
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL'],
  ...['MAINTAINER', 'ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
]);

export const instructionNames: readonly string[] = [...keywords];

/** Types one instruction; anything that does not fit its grammar keeps what could be read. */
export function typedInstruction(raw: RawInstruction, around: Surroundings): Instruction {
  return instructionAt(raw, 0, around);
}

function instructionAt(raw: RawInstruction, from: number, around: Surroundings): Instruction {
  const { code, start } = raw;
  const whole: Slice = { code, base: start, from: skipBlanks(code, from, code.length), to: code.length, escapeMark: around.escapeMark };
  const keyword = keywordAt(whole);
  const afterKeyword = keyword.end - start;
  const { flags, next } = takeFlags({ ...whole, from: afterKeyword });
  const name = keyword.value.toUpperCase();
  const base = {
    keyword,
    flags,
    heredocs: raw.heredocs,
    headEnd: raw.headEnd,
    start: start + from,
    end: raw.end,
    body: { start: start + next, end: raw.headEnd },
    ...(around.stage === undefined ? {} : { stage: around.stage }),
  };
  const rest: Slice = { ...whole, from: next };
  if (name === 'ONBUILD') {
    const inner = next < code.length ? { trigger: instructionAt(raw, next, around) } : {};
    return { kind: 'ONBUILD', ...base, ...inner };
  }
  if (!keywords.has(name)) return { kind: 'unknown', ...base };
  return { ...base, ...detailOf(name, rest, flags, raw, around) };
}

/** Letters and signs are looked at first: a keyword has nothing else. */
function isSpace(code: number): boolean {
  return code <= 32 ? code === 32 || (code >= 9 && code <= 13) : code > 127 && /\s/.test(String.fromCharCode(code));
}

function keywordAt({ code, base, from, to }: Slice): Word {
  let end = from;
  while (end < to && !isSpace(code.charCodeAt(end)) && !(code[end] === '\\' && code[end + 1] === '\n')) end++;
  const text = code.slice(from, end);
  return { text, value: text, start: base + from, end: base + end };
}

type Bare<T> = T extends Instruction ? Omit<T, 'keyword' | 'flags' | 'heredocs' | 'headEnd' | 'start' | 'end' | 'body' | 'stage'> : never;
type Detail = Bare<Instruction>;

function detailOf(name: string, rest: Slice, flags: readonly Flag[], raw: RawInstruction, around: Surroundings): Detail {
  switch (name) {
    case 'FROM':
      return fromDetail(rest, around);
    case 'RUN': {
      const json = jsonWords(rest);
      const script = around.posix
        ? runScript(around.text, raw, rest, json, around.parseShell)
        : { commands: [], scopes: [], broken: false };
      return { kind: 'RUN', script, scratch: scratchTargets(flags), ...(json ? { json } : {}) };
    }
    case 'ENV':
    case 'ARG':
    case 'LABEL':
      return { kind: name, pairs: pairsOf(rest, name !== 'ARG') };
    case 'COPY':
    case 'ADD': {
      const words = jsonWords(rest) ?? plainWords(rest);
      const destination = words.length > 1 ? words.at(-1) : undefined;
      const from = flags.find((flag) => flag.name === 'from')?.value;
      return {
        kind: name,
        sources: destination ? words.slice(0, -1) : words,
        ...(destination ? { destination } : {}),
        ...(from ? { from } : {}),
      };
    }
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'MAINTAINER': {
      const value = wholeValue(rest);
      return { kind: name, ...(value ? { value } : {}) };
    }
    default: {
      const json = jsonWords(rest);
      return { kind: wordsKind(name), words: json ?? plainWords(rest), json: json !== undefined };
    }
  }
}

function wordsKind(name: string): 'CMD' | 'ENTRYPOINT' | 'SHELL' | 'VOLUME' | 'EXPOSE' | 'HEALTHCHECK' {
  switch (name) {
    case 'ENTRYPOINT':
    case 'SHELL':
    case 'VOLUME':
    case 'EXPOSE':
    case 'HEALTHCHECK':
      return name;
    default:
      return 'CMD';
  }
}

function fromDetail(rest: Slice, around: Surroundings): Detail {
  const [image, as, name] = plainWords(rest);
  const isAs = as?.value.toUpperCase() === 'AS';
  return {
    kind: 'FROM',
    ...(image ? { image: imageReference(image, around.globalArg, around.escapeMark) } : {}),
    ...(isAs && as ? { as } : {}),
    ...(isAs && name ? { name } : {}),
  };
}

function wholeValue(rest: Slice): Word | undefined {
  const from = skipBlanks(rest.code, rest.from, rest.to);
  if (from >= rest.to) return undefined;
  const text = rest.code.slice(from, rest.to);
  const value = text.replaceAll('\\\n', '').replace(/^(["'])(.*)\1$/s, '$2');
  return { text, value, start: rest.base + from, end: rest.base + rest.to };
}

/** Where cache and tmpfs mounts lie: what a command leaves there is not in the layer. */
function scratchTargets(flags: readonly Flag[]): string[] {
  const targets: string[] = [];
  for (const flag of flags) {
    if (flag.name !== 'mount' || !flag.value) continue;
    const fields = new Map(flag.value.value.split(',').map((field) => [field.replace(/=.*$/s, ''), field.replace(/^[^=]*=?/, '')]));
    const type = fields.get('type');
    const target = fields.get('target') ?? fields.get('dst') ?? fields.get('destination');
    if ((type === 'cache' || type === 'tmpfs') && target) targets.push(target.replace(/\/+$/, ''));
  }
  return targets;
}

/** The part of an instruction's own lines that a span covers. */
export function textOf(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}
