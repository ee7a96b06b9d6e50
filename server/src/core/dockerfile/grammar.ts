/** What BuildKit refuses and dockerfile-utils does not see: flags of RUN and their values, references, modifiers, arrays. */
import { didYouMean, suggest } from '../text/suggest.ts';
import { conversionProblems } from './conversion.ts';
import type { Dockerfile, Flag, Instruction, Span, SyntaxProblem } from './model.ts';
import { mountProblems } from './mountGrammar.ts';
import { type StageReference, stageReferences } from './stageReferences.ts';

/** Without a severity it is an error. */
type Problem = Omit<SyntaxProblem, 'severity'> & Partial<Pick<SyntaxProblem, 'severity'>>;

const runFlags = ['mount', 'network', 'security', 'device'];
/** Instructions that have no flags at all. */
const flagless = new Set([
  ...['CMD', 'ENTRYPOINT', 'ENV', 'LABEL', 'ARG', 'USER', 'WORKDIR', 'VOLUME', 'EXPOSE', 'SHELL', 'STOPSIGNAL', 'MAINTAINER'],
]);
const booleans: Readonly<Record<string, readonly string[]>> = { COPY: ['parents'], ADD: ['unpack'] };
const values: Readonly<Record<string, readonly string[]>> = { network: ['default', 'none', 'host'], security: ['sandbox', 'insecure'] };
/** Go's strconv.ParseBool. */
const boolean = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

/** Problems by BuildKit's own rules (frontend/dockerfile/instructions), in the order of the file. */
export function grammarProblems(file: Dockerfile): readonly SyntaxProblem[] {
  const found: Problem[] = [];
  for (const outer of file.instructions) {
    const instruction = outer.kind === 'ONBUILD' ? outer.trigger : outer;
    if (!instruction) continue;
    if (instruction.flags.length > 0) {
      for (const flag of instruction.flags) found.push(...flagProblems(instruction, flag));
      found.push(...repeatedFlags(instruction));
    }
    found.push(...bodyProblems(file, instruction));
  }
  const references = stageReferences(file);
  found.push(...referenceProblems(references), ...conversionProblems(file, references));
  return found.map((problem) => ({ severity: 'error', ...problem }));
}

function flagProblems(instruction: Instruction, flag: Flag): readonly Problem[] {
  const { kind } = instruction;
  if (flagless.has(kind)) {
    return [
      {
        ...nameSpan(flag),
        message: `${kind} has no flags, and \`--${flag.name}\` is read as one. Write the array form, or quote it.`,
        aliases: [],
      },
    ];
  }
  if (kind === 'RUN' && !runFlags.includes(flag.name)) {
    const near = suggest(flag.name, runFlags);
    const message = `Unknown flag: RUN has no \`--${flag.name}\`.${didYouMean(flag.name, runFlags)}`;
    return [{ ...nameSpan(flag), message, aliases: [], ...(near ? { meant: `--${near}` } : {}) }];
  }
  const { value } = flag;
  if (!value && (kind === 'RUN' || flag.name === 'exclude'))
    return [{ ...nameSpan(flag), message: `\`--${flag.name}\` needs a value: \`--${flag.name}=…\`.`, aliases: ['FLAG_MISSING_VALUE'] }];
  if (!value || value.value.includes('$')) return [];
  if (kind === 'RUN' && flag.name === 'mount') return mountProblems(value);
  if (kind === 'RUN' && flag.name === 'device' && value.value === '')
    return [{ ...nameSpan(flag), message: '`--device` needs the name of a device.', aliases: [] }];
  if (booleans[kind]?.includes(flag.name) && !boolean.test(value.value)) {
    return [
      {
        ...spanOf(value),
        message: `\`--${flag.name}\` takes \`true\` or \`false\`, not \`${value.value}\`.`,
        aliases: ['FLAG_EXPECTED_BOOLEAN_VALUE'],
      },
    ];
  }
  const allowed = kind === 'RUN' && Object.hasOwn(values, flag.name) ? values[flag.name] : undefined;
  if (!allowed || allowed.includes(value.value)) return [];
  const names = allowed.map((name) => `\`${name}\``).join(', ');
  return [{ ...spanOf(value), message: `\`--${flag.name}\` takes one of ${names}, not \`${value.value}\`.`, aliases: [] }];
}

/** Flags that can be given once; dockerfile-utils looks after the others. */
const once: Readonly<Record<string, RegExp>> = {
  RUN: /^(?:network|security)$/,
  COPY: /^(?:chmod|parents)$/,
  ADD: /^(?:chmod|checksum|unpack)$/,
  FROM: /^platform$/,
  HEALTHCHECK: /^start-interval$/,
};

function repeatedFlags({ kind, flags }: Instruction): readonly Problem[] {
  const wanted = Object.hasOwn(once, kind) ? once[kind] : undefined;
  return flags
    .filter(({ name }, index) => wanted?.test(name) && flags.findIndex((other) => other.name === name) < index)
    .map((flag) => ({ ...nameSpan(flag), message: `\`--${flag.name}\` is given twice.`, aliases: ['FLAG_DUPLICATE'] }));
}

function bodyProblems(file: Dockerfile, instruction: Instruction): readonly Problem[] {
  switch (instruction.kind) {
    case 'SHELL': {
      const { body, json } = instruction;
      if (json || !file.text.startsWith('[', body.start)) return [];
      return [{ ...body, message: 'SHELL requires the arguments to be in JSON form.', aliases: ['SHELL_JSON_FORM'] }];
    }
    case 'HEALTHCHECK':
      return instruction.json && instruction.words.length === 0 && /^CMD\b/i.test(file.text.slice(instruction.body.start))
        ? [{ ...instruction.body, message: 'The check has no command: the array is empty.', aliases: [] }]
        : [];
    case 'VOLUME':
      if (instruction.json && instruction.words.length === 0)
        return [{ ...instruction.body, message: 'VOLUME requires at least one path.', aliases: ['ARGUMENT_MISSING'] }];
      return instruction.words
        .filter(({ value }) => value === '')
        .map((word) => ({ ...spanOf(word), message: 'A volume needs a path, and this one is empty.', aliases: [] }));
    default:
      return [];
  }
}

/** Sources of COPY and of mounts that stand in a variable. */
function referenceProblems(references: readonly StageReference[]): readonly Problem[] {
  return references.filter(({ value }) => value.includes('$')).map(openSource);
}

function openSource({ start, end, value }: Span & { readonly value: string }): Problem {
  const message = `\`from\` takes no variables. Write a stage \`FROM ${value} AS source\` (its ARG above the first FROM), and copy from that.`;
  return { start, end, message, aliases: ['FLAG_INVALID_FROM_VALUE'] };
}

function nameSpan({ start, name }: Flag): Span {
  return { start, end: start + 2 + name.length };
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}
