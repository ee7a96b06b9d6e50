import { duration } from '../../delivery/units.ts';
import type { PushEvent } from '../../ports.ts';
import { counted, dotted, megabytes } from '../../tree/words.ts';
import { bold, dim, green, red, yellow } from './ansi.ts';

/** How a screen of builds looks. */
export interface BuildLook {
  readonly columns: number;
  /** True: what steps printed stands below them. */
  readonly unfolded: boolean;
}

/** A step as the screen keeps it. */
export interface ShownStep {
  readonly number: number;
  /** Of several builds on a screen; empty when there is one. */
  readonly owner: string;
  readonly dockerfile: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly lines: string[];
  forgotten: number;
  state: 'running' | 'done' | 'cached' | 'failed' | 'stopped';
  line?: number;
  seconds?: number;
  error?: string;
}

/** What stays on the screen. */
export type Block =
  | { readonly type: 'step'; readonly step: ShownStep }
  | { readonly type: 'note'; readonly owner: string; readonly text: string; readonly tone: 'quiet' | 'warning' }
  | { readonly type: 'end'; readonly words: string; readonly steps: readonly ShownStep[] };

/** So much of the output of a failed step is shown while the screen is folded. */
const tail = 40;
/** Rows for the output of steps that run. */
const liveOutput = 8;
/** Internal steps are shown when they take longer; seconds. */
const worthShowing = 1;

/** Marks of shell integration (OSC 633): the editor jumps from step to step, and shows the one that is read on top. */
const mark = (code: string) => `\u001b]633;${code}\u0007`;
const line = (text: string) => `${text}\r\n`;

/** The text of a step without colours, by which links find it again. */
export function stepLabel({ number, name }: ShownStep): string {
  return `#${number} ${name}`;
}

export function blockText(block: Block, look: BuildLook): string {
  if (block.type === 'step') return stepText(block.step, look);
  if (block.type === 'end') return endText(block.words, block.steps);
  const { owner, text, tone } = block;
  return line(tone === 'warning' ? `${yellow('!')} ${before(owner)}${text}` : `${before(owner)}${dim(`▪ ${text}`)}`);
}

/** One line, and its output where it is to be seen; nothing for the builder's own short steps while the screen is folded. */
function stepText(step: ShownStep, look: BuildLook): string {
  if (!look.unfolded && isShort(step)) return '';
  if (step.state === 'failed') return failedText(step, look);
  const output = look.unfolded ? step.lines.map(outputLine).join('') : '';
  const sign = step.state === 'stopped' ? yellow('■') : green('✓');
  return `${mark('A')}${sign} ${time(step)}  ${mark('B')}${title(step)}${facts(step)}${mark('C')}\r\n${output}${mark(`D;${step.state === 'stopped' ? 130 : 0}`)}`;
}

/** The output, then which step it was, at which line, and why: what is read first stands last. The problem matcher reads the last two lines. */
function failedText(step: ShownStep, look: BuildLook): string {
  const shown = look.unfolded ? step.lines : step.lines.slice(-tail);
  const hidden = step.lines.length - shown.length;
  const earlier = hidden > 0 ? line(dim(`  … ${counted(hidden, 'earlier line')}`)) : '';
  const at = step.line === undefined ? '' : `  ${dim('→')} ${step.dockerfile}:${step.line}`;
  const why = (step.error ?? '').split('\n').map((each) => line(`  ${red(each)}`));
  const head = `${mark('A')}${red('✗')} ${time(step)}  ${mark('B')}${title(step)}${lineCount(step)}${at}${mark('C')}\r\n`;
  return `${earlier}${shown.map(outputLine).join('')}${head}${step.error ? why.join('') : ''}${mark('D;1')}`;
}

function endText(words: string, steps: readonly ShownStep[]): string {
  const counts = (state: ShownStep['state']) => steps.filter((step) => step.state === state && isWork(step)).length;
  const [ran, cached] = [counts('done'), counts('cached')];
  const summary = ran + cached === 0 ? '' : dim(`  ${counted(ran, 'step')} ran, ${cached} from the cache`);
  return `\r\n${line(`${words.replaceAll(/\r?\n/g, '\r\n')}${summary}`)}`;
}

/** What runs, oldest first, with the end of its output; then the layers on their way. Rows fit the width. */
export function liveRows(
  running: readonly ShownStep[],
  pushes: ReadonlyMap<string, ReadonlyMap<string, PushEvent>>,
  now: number,
  { columns }: BuildLook,
): readonly string[] {
  const shown = running.filter((step) => !isInternal(step) || now - step.began > worthShowing * 1000);
  const each = Math.max(1, Math.floor(liveOutput / Math.max(1, shown.length)));
  const rows = shown.slice(0, liveOutput).flatMap((step) => {
    const seconds = duration(Math.floor((now - step.began) / 1000)).padStart(7);
    const head = fitted(`${owned(step.owner)}${stepLabel(step)}${place(step)}${plainCount(step)}`, columns - 12);
    const output = step.lines.slice(-each).map((text) => dim(fitted(`  │ ${text.replaceAll(/\u001b\[[0-9;:]*m/g, '')}`, columns - 2)));
    return [`${bold('▸')} ${dim(seconds)}  ${head}`, ...output];
  });
  const more = shown.length > liveOutput ? [dim(`  … and ${shown.length - liveOutput} more`)] : [];
  return [...rows, ...more, ...[...pushes].flatMap(([owner, layers]) => pushRows(owner, [...layers.values()], columns))];
}

function pushRows(owner: string, layers: readonly PushEvent[], columns: number): readonly string[] {
  const open = layers.filter(({ current, total }) => current !== undefined && total !== undefined && current < total);
  const head = `${owned(owner)}pushing ${counted(layers.filter(({ layer }) => layer !== '').length, 'layer')}`;
  const rows = open.slice(0, liveOutput).map(({ layer, current = 0, total = 0 }) => {
    const share = `${Math.floor((current / total) * 100)} %`.padStart(5);
    return dim(fitted(`  │ ${layer.slice(0, 19)}  ${share} of ${megabytes(total)}`, columns - 2));
  });
  return [`${bold('▸')} ${fitted(head, columns - 4)}`, ...rows];
}

function title(step: ShownStep): string {
  const name = isInternal(step) ? dim(step.name) : step.name;
  return `${before(step.owner)}${dim(`#${step.number}`)} ${name}`;
}

function facts(step: ShownStep): string {
  const text = dotted(place(step).trim(), plainCount(step).trim());
  return text ? `  ${dim(text)}` : '';
}

function place({ dockerfile, line: at }: ShownStep): string {
  return at === undefined ? '' : `  ${dockerfile.slice(Math.max(dockerfile.lastIndexOf('/'), dockerfile.lastIndexOf('\\')) + 1)}:${at}`;
}

function lineCount(step: ShownStep): string {
  return dim(plainCount(step));
}

function plainCount({ lines, forgotten }: ShownStep): string {
  return lines.length === 0 ? '' : `  ${counted(lines.length + forgotten, 'line')}`;
}

function time({ state, seconds = 0 }: ShownStep): string {
  const text = state === 'cached' ? 'cached' : seconds < 60 ? `${seconds.toFixed(1)} s` : duration(Math.round(seconds));
  return state === 'cached' ? green(text.padStart(7)) : dim(text.padStart(7));
}

const owned = (owner: string) => (owner === '' ? '' : `${owner}  `);
const before = (owner: string) => dim(owned(owner));
const outputLine = (text: string) => line(`  ${dim('│')} ${text}\u001b[0m`);

function isInternal({ name }: ShownStep): boolean {
  return /^\[(?:internal|auth)\]/.test(name);
}

function isShort(step: ShownStep): boolean {
  return isInternal(step) && step.state !== 'failed' && step.state !== 'stopped' && (step.seconds ?? 0) < worthShowing;
}

/** An instruction, not what the builder does around them. */
function isWork({ name }: ShownStep): boolean {
  return /^\[[^\]]*\d+\/\d+\] |^Step \d+\/\d+/.test(name) && !/^\[[^\]]*\] FROM /.test(name);
}

/** Characters that take two columns; who is not sure takes two, so that a row never wraps. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3ffff}]/u;

function fitted(text: string, columns: number): string {
  let used = 0;
  let result = '';
  for (const character of text.replaceAll('\t', '    ')) {
    used += wide.test(character) ? 2 : 1;
    if (used > columns) return `${result.slice(0, -1)}…`;
    result += character;
  }
  return result;
}
