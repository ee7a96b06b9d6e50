import type { BuildEvent, PushEvent } from '../../ports.ts';
import { counted, megabytes } from '../../tree/words.ts';
import { safeText } from './ansi.ts';
import { type Block, type BuildLook, blockText, liveRows, type ShownStep, stepLabel } from './buildText.ts';

/** What tells of one build: its steps and the layers that it pushes. */
export interface BuildTeller {
  build(event: BuildEvent): void;
  push(event: PushEvent): void;
  stage(message: string): void;
}

/** Where a step of a screen comes from, and what it printed. */
export interface StepOutput {
  readonly title: string;
  readonly text: string;
  readonly dockerfile: string;
}

/**
 * Everything that a terminal of builds shows. A step that has ended is one line; what it printed is kept, and shown below it when the user
 * unfolds the screen. Steps that run are below everything else, with the end of their output. Text is for terminals: lines end in `\r\n`.
 */
export interface BuildView {
  /** One of the builds that share the screen; `owner` stands before its lines where there are several. */
  of(owner: string, dockerfile: string): BuildTeller;
  /** True once a step has failed: the screen says then which, at which line, and why. */
  readonly failed: boolean;
  /** Nothing runs any more: what did is shown as stopped, then the last words. */
  end(words: string): void;
  /** What is to stay and was not asked for yet. */
  fresh(look: BuildLook): string;
  /** All that is to stay. */
  all(look: BuildLook): string;
  /** What goes on now, a row each. */
  live(look: BuildLook): readonly string[];
  /** The step with this number, if its label stands in the line. */
  find(number: number, line: string): StepOutput | undefined;
}

/** So many lines of a step are kept. */
const keptLines = 20_000;

/** @param now milliseconds since 1970 */
export function buildView(now: () => number): BuildView {
  const steps = new Map<string, ShownStep>();
  const running = new Set<ShownStep>();
  const pushes = new Map<string, Map<string, PushEvent>>();
  const blocks: Block[] = [];
  let told = 0;

  const stepOf = (owner: string, dockerfile: string, event: StepEvent): ShownStep => {
    const key = `${owner}\n${event.id}`;
    const name = shortenDigests(safeText(event.name)).replaceAll(/\s+/g, ' ').slice(0, 200);
    const known = steps.get(key);
    if (known) return known;
    const step: ShownStep = {
      number: steps.size + 1,
      owner,
      dockerfile,
      name,
      began: now(),
      lines: [],
      forgotten: 0,
      state: 'running',
      ...(event.line === undefined ? {} : { line: event.line }),
    };
    steps.set(key, step);
    return step;
  };

  const take = (owner: string, dockerfile: string, event: StepEvent): void => {
    const step = stepOf(owner, dockerfile, event);
    if (event.state === 'started') {
      running.add(step);
      return;
    }
    running.delete(step);
    step.state = event.state;
    if (event.line !== undefined) step.line = event.line;
    if (event.seconds !== undefined) step.seconds = event.seconds;
    if (event.error !== undefined) step.error = safeText(event.error);
    blocks.push({ type: 'step', step });
  };

  const note = (owner: string, text: string, tone: 'quiet' | 'warning'): void => void blocks.push({ type: 'note', owner, text, tone });

  /** A push is one line once something else follows. */
  const endPush = (owner: string): void => {
    const layers = [...(pushes.get(owner)?.values() ?? [])].filter(({ layer }) => layer !== '');
    if (!pushes.delete(owner)) return;
    const there = layers.filter(({ status }) => /exists/i.test(status)).length;
    const mounted = layers.filter(({ status }) => /mounted/i.test(status)).length;
    const parts = [`${layers.length - there - mounted} sent`, `${mounted} mounted`, `${there} there already`];
    if (layers.length > 0) note(owner, `${counted(layers.length, 'layer')} pushed: ${parts.join(', ')}`, 'quiet');
  };

  return {
    of: (owner, dockerfile) => ({
      build(event) {
        if (event.type === 'step') return take(owner, dockerfile, event);
        if (event.type === 'output') return addOutput(steps.get(`${owner}\n${event.step}`), event.text);
        if (event.type === 'sent' && event.bytes === 0) return;
        if (event.type === 'sent') return note(owner, `sent: ${megabytes(event.bytes)} that had changed`, 'quiet');
        if (event.type === 'context') return note(owner, `context: ${event.files} files, ${megabytes(event.bytes)}`, 'quiet');
        return note(owner, safeText(event.message), 'warning');
      },
      push(event) {
        const layers = pushes.get(owner) ?? new Map<string, PushEvent>();
        pushes.set(owner, layers.set(event.layer, event));
      },
      stage(message) {
        endPush(owner);
        note(owner, message, 'quiet');
      },
    }),
    get failed() {
      return [...steps.values()].some(({ state }) => state === 'failed');
    },
    end(words) {
      for (const owner of [...pushes.keys()]) endPush(owner);
      for (const step of running) {
        step.state = 'stopped';
        step.seconds = (now() - step.began) / 1000;
        blocks.push({ type: 'step', step });
      }
      running.clear();
      blocks.push({ type: 'end', words, steps: [...steps.values()] });
    },
    fresh(look) {
      const text = blocks.slice(told).map((block) => blockText(block, look));
      told = blocks.length;
      return text.join('');
    },
    all(look) {
      told = blocks.length;
      return blocks.map((block) => blockText(block, look)).join('');
    },
    live: (look) => liveRows([...running], pushes, now(), look),
    find(number, line) {
      const step = [...steps.values()].find((one) => one.number === number && line.includes(stepLabel(one)));
      if (!step) return undefined;
      const { name, lines, forgotten, dockerfile } = step;
      const earlier = forgotten > 0 ? `(${forgotten} earlier lines were not kept)\n` : '';
      return { title: `#${number} ${name}`, text: `${earlier}${lines.map(plain).join('\n')}\n`, dockerfile };
    },
  };
}

type StepEvent = Extract<BuildEvent, { type: 'step' }>;

function addOutput(step: ShownStep | undefined, text: string): void {
  if (!step) return;
  step.lines.push(...safeText(text).replace(/\n$/, '').split('\n'));
  if (step.lines.length <= keptLines) return;
  step.forgotten += step.lines.splice(0, step.lines.length - keptLines).length;
}

function plain(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;:]*m/g, '');
}

function shortenDigests(text: string): string {
  return text.replaceAll(/(sha256:[0-9a-f]{7})[0-9a-f]{57}/g, '$1…');
}
