/** One instruction of a Dockerfile: where it stands (one-based) and in which stage; `stage` is -1 before the first FROM. */
export interface DockerfileStep {
  readonly line: number;
  readonly keyword: string;
  readonly rest: string;
  readonly stage: number;
}

/** Instructions in order, continuation lines, comments and here-documents understood (docs.docker.com/reference/dockerfile). */
export function dockerfileSteps(text: string): DockerfileStep[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const escapeCharacter = /^\s*#\s*escape\s*=\s*`\s*$/im.test(head(lines)) ? '`' : '\\';
  const steps: DockerfileStep[] = [];
  let stage = -1;
  for (let at = 0; at < lines.length; ) {
    const { words, next } = logicalLine(lines, at, escapeCharacter);
    const match = /^\s*([A-Za-z]+)\s*(.*)$/s.exec(words);
    if (match) {
      const keyword = (match[1] ?? '').toUpperCase();
      if (keyword === 'FROM') stage += 1;
      steps.push({ line: at + 1, keyword, rest: (match[2] ?? '').trim(), stage });
      at = afterHeredocs(lines, next, keyword, match[2] ?? '');
    } else {
      at = next;
    }
  }
  return steps;
}

function head(lines: readonly string[]): string {
  const end = lines.findIndex((line) => !line.trim().startsWith('#'));
  return lines.slice(0, end === -1 ? lines.length : end).join('\n');
}

function logicalLine(lines: readonly string[], start: number, escapeCharacter: string): { words: string; next: number } {
  let words = lines[start] ?? '';
  let next = start + 1;
  if (/^\s*(#|$)/.test(words)) return { words: '', next };
  while (words.trimEnd().endsWith(escapeCharacter) && next < lines.length) {
    words = words.trimEnd().slice(0, -1);
    while (/^\s*(#|$)/.test(lines[next] ?? 'x') && next < lines.length) next += 1;
    words += lines[next] ?? '';
    next += 1;
  }
  return { words, next };
}

function afterHeredocs(lines: readonly string[], start: number, keyword: string, rest: string): number {
  if (!['RUN', 'COPY', 'ADD'].includes(keyword)) return start;
  let at = start;
  for (const [, dash, , name] of rest.matchAll(/<<(-?)(["']?)([A-Za-z_][\w.]*)\2/g)) {
    const ends = (line: string) => (dash ? line.replace(/^\t+/, '') : line) === name;
    while (at < lines.length && !ends(lines[at] ?? '')) at += 1;
    at += 1;
  }
  return at;
}

/** Finds the line of what a builder names. */
export interface StepLines {
  /** `[2/5] RUN …`, `[build 2/5] RUN …` and `[internal] load metadata for …`, as BuildKit names its steps. */
  ofVertex(name: string): number | undefined;
  /** One-based step of the classic builder, which counts every instruction. */
  ofStep(step: number): number | undefined;
}

export function stepLines(text: string): StepLines {
  const steps = dockerfileSteps(text);
  const names = new Map<string, number>();
  for (const from of steps.filter((step) => step.keyword === 'FROM')) {
    names.set(stageName(from) ?? `stage-${from.stage}`, from.stage);
  }
  return {
    ofStep: (step) => steps[step - 1]?.line,
    ofVertex: (name) => {
      const base = /^\[internal\] load metadata for (\S+)/.exec(name)?.[1];
      if (base !== undefined) return lineOfBase(steps, base);
      const parts = /^\[(?:(\S+\/\S+) )?(?:([^\s\]]+) +)?(\d+)\/(\d+)\]/.exec(name.replace(/^\[ +/, '['));
      if (!parts) return undefined;
      const stage = parts[2] === undefined ? lastStage(steps) : names.get(parts[2]);
      return stage === undefined ? undefined : lineIn(steps, names, stage, Number(parts[3]), Number(parts[4]));
    },
  };
}

/** The FROM line that names an image; one with a variable when none names it plainly. */
function lineOfBase(steps: readonly DockerfileStep[], base: string): number | undefined {
  const froms = steps.filter((step) => step.keyword === 'FROM');
  const short = base.replace(/^docker\.io\/(library\/)?/, '').replace(/:latest$/, '');
  const plain = froms.find((from) => imageOf(from) === base || imageOf(from).replace(/:latest$/, '') === short);
  return (plain ?? froms.find((from) => imageOf(from).includes('$')))?.line;
}

function imageOf(from: DockerfileStep): string {
  return from.rest.replace(/^(--\S+\s+)+/, '').split(/\s+/)[0] ?? '';
}

function stageName(from: DockerfileStep): string | undefined {
  return /\sas\s+(\S+)\s*$/i.exec(from.rest)?.[1]?.toLowerCase();
}

function lastStage(steps: readonly DockerfileStep[]): number {
  return steps.at(-1)?.stage ?? 0;
}

/** BuildKit counts FROM when it names an image, and RUN, COPY, ADD and WORKDIR; triggers of the base come in between. */
function lineIn(
  steps: readonly DockerfileStep[],
  names: ReadonlyMap<string, number>,
  stage: number,
  index: number,
  total: number,
): number | undefined {
  const counted = steps.filter((step) => {
    if (step.stage !== stage) return false;
    if (step.keyword === 'FROM') return isImage(step, names);
    return ['RUN', 'COPY', 'ADD', 'WORKDIR'].includes(step.keyword);
  });
  const from = counted[0]?.keyword === 'FROM' ? 1 : 0;
  const triggers = Math.max(0, total - counted.length);
  const position = index <= from ? index : index - triggers;
  return (position > from || index <= from ? counted[position - 1] : counted[from - 1])?.line;
}

function isImage(from: DockerfileStep, names: ReadonlyMap<string, number>): boolean {
  const image = imageOf(from);
  const earlier = names.get(image.toLowerCase());
  return image !== 'scratch' && !(earlier !== undefined && earlier < from.stage);
}
