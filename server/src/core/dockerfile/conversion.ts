/** What BuildKit refuses only when it turns the instructions into steps of the build (frontend/dockerfile/dockerfile2llb). */
import { copyProblems } from './copyGrammar.ts';
import { expansionProblems, plainValues } from './expandedWords.ts';
import type { Directive, Dockerfile, FromInstruction, Span, SyntaxProblem, Word } from './model.ts';
import { referenceProblem } from './referenceGrammar.ts';
import { type StageReference, stageNamed } from './stageReferences.ts';

type Problem = Omit<SyntaxProblem, 'severity'>;

/** In the order of the file. */
export function conversionProblems(file: Dockerfile, references: readonly StageReference[]): readonly Problem[] {
  const found: Problem[] = file.directives.flatMap(checkProblems);
  for (const instruction of file.instructions) {
    if (instruction.kind === 'ONBUILD') continue;
    found.push(...expansionProblems(file, instruction));
    if (instruction.kind === 'FROM') found.push(...fromProblems(file, instruction));
    else if (instruction.kind === 'COPY' || instruction.kind === 'ADD') found.push(...copyProblems(file, instruction));
    else if (instruction.kind === 'STOPSIGNAL') found.push(...signalProblems(instruction.value));
  }
  found.push(...sourceProblems(file, references));
  return found;
}

/** Options of `# check=`: https://docs.docker.com/reference/dockerfile/#check */
function checkProblems({ name, value: { text, start } }: Directive): readonly Problem[] {
  if (name !== 'check') return [];
  let at = start;
  return text.split(';').flatMap((option): Problem[] => {
    const from = at + (option.length - option.trimStart().length);
    at += option.length + 1;
    const written = option.trim();
    const [key = '', wanted] = written.split(/=(.*)/s);
    const span = (length: number) => ({ start: from, end: from + Math.max(1, length), aliases: [] });
    if (wanted === undefined || !/^(?:skip|error|experimental)$/.test(key)) {
      const shown = written === '' ? 'nothing' : `\`${written}\``;
      const message = `\`# check=\` takes \`skip=…\`, \`error=true\` and \`experimental=…\` with \`;\` between them, not ${shown}.`;
      return [{ ...span(wanted === undefined ? written.length : key.length), message }];
    }
    if (key !== 'error' || /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(wanted)) return [];
    return [{ ...span(written.length), message: `\`error\` is \`true\` or \`false\`, not \`${wanted}\`.` }];
  });
}

function fromProblems(file: Dockerfile, instruction: FromInstruction): readonly Problem[] {
  const { image } = instruction;
  const stage = file.stages.find(({ from }) => from === instruction);
  const platform = plainValues(instruction, 'platform').flatMap(platformProblems);
  if (!image || image.variables.length > 0 || image.resolved === undefined) return platform;
  const written = file.text.slice(image.start, image.end);
  if (stage?.parent) {
    if (image.resolved === image.resolved.toLowerCase()) return platform;
    const message = `BuildKit keeps names of stages in lower case, and takes \`${image.resolved}\` for an image. Write \`${image.resolved.toLowerCase()}\`.`;
    return [
      ...platform,
      { start: image.start, end: image.end, message, aliases: ['INVALID_REFERENCE_FORMAT'], meant: image.resolved.toLowerCase() },
    ];
  }
  // Quotes and backslashes move the offsets: then the whole word is marked.
  return [...platform, ...referenceIn(image, image.resolved, written === image.resolved)];
}

function referenceIn(word: Span, value: string, exact: boolean): readonly Problem[] {
  if (value === 'scratch' || value === '') return [];
  const problem = referenceProblem(value);
  if (!problem) return [];
  const span = exact ? { start: word.start + problem.start, end: word.start + problem.end } : { start: word.start, end: word.end };
  return [{ ...span, message: `${problem.why}. The build stops here.`, aliases: ['INVALID_REFERENCE_FORMAT'] }];
}

/** Images that files are taken from. */
function sourceProblems(file: Dockerfile, references: readonly StageReference[]): readonly Problem[] {
  return references.flatMap(({ start, end, value }) =>
    /[$'"\\]/.test(value) || /^\d+$/.test(value) || stageNamed(file, value)
      ? []
      : referenceIn({ start, end }, value, end - start === value.length),
  );
}

const systems =
  /^(?:aix|android|darwin|dragonfly|freebsd|hurd|illumos|ios|js|linux|nacl|netbsd|openbsd|plan9|solaris|windows|zos|macos|xcode)$/i;
const architectures =
  /^(?:386|i386|amd64|x86_64|x86-64|arm|armbe|armhf|armel|arm64|aarch64|arm64be|ppc64|ppc64le|loong64|mips|mipsle|mips64|mips64le|mips64p32|mips64p32le|ppc|riscv|riscv64|s390|s390x|sparc|sparc64|wasm)$/i;

/** Grammar: https://pkg.go.dev/github.com/containerd/platforms#Parse */
function platformProblems({ start, end, text }: Word): readonly Problem[] {
  if (text.includes('$') || text === '') return [];
  const parts = text.split('/');
  const [system = ''] = parts;
  const at = { start, end, aliases: [] };
  if (parts.length > 3)
    return [{ ...at, message: `A platform is \`system/architecture/variant\`, and \`${text}\` has ${parts.length} parts.` }];
  const wrong = parts.find((part, index) => !(index === 0 ? /^[\w-]+(?:\([\w.%-]*\))?$/ : /^[\w.-]+$/).test(part));
  if (wrong !== undefined) {
    const what = wrong === '' ? 'A part of the platform is missing' : `\`${wrong}\` cannot be part of a platform`;
    return [{ ...at, message: `${what}: it is written like \`linux/amd64\`.` }];
  }
  const name = system.replace(/\(.*$/, '');
  if (parts.length > 1 || systems.test(name) || architectures.test(name)) return [];
  return [{ ...at, message: `\`${text}\` is neither a system nor an architecture: a platform is written like \`linux/amd64\`.` }];
}

const signals = new Set([
  ...['ABRT', 'ALRM', 'BUS', 'CHLD', 'CLD', 'CONT', 'FPE', 'HUP', 'ILL', 'INT', 'IO', 'IOT', 'KILL', 'PIPE', 'POLL', 'PROF', 'PWR'],
  ...[
    'QUIT',
    'SEGV',
    'STKFLT',
    'STOP',
    'SYS',
    'TERM',
    'TRAP',
    'TSTP',
    'TTIN',
    'TTOU',
    'URG',
    'USR1',
    'USR2',
    'VTALRM',
    'WINCH',
    'XCPU',
    'XFSZ',
  ],
]);

/** https://pkg.go.dev/github.com/moby/sys/signal */
function signalProblems(word: Word | undefined): readonly Problem[] {
  if (!word || /[$\\]/.test(word.text)) return [];
  const { value, start, end } = word;
  const name = value.toUpperCase().replace(/^SIG/, '');
  if (
    /^\d+$/.test(value)
      ? Number(value) !== 0
      : signals.has(name) || /^RTMIN(?:\+(?:[1-9]|1[0-5]))?$|^RTMAX(?:-(?:[1-9]|1[0-4]))?$/.test(name)
  )
    return [];
  return [
    { start, end, message: `There is no signal \`${value}\`: it is a name like \`SIGTERM\` or a number.`, aliases: ['INVALID_SIGNAL'] },
  ];
}
