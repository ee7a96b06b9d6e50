import { type Level, type LogFilter, levels } from '../../delivery/logView.ts';
import { dim, safeText } from './ansi.ts';
import type { LogLook } from './logRing.ts';

export interface LogActions {
  /** Puts text on the terminal at once. */
  write(text: string): void;
  /** Filter or look have changed: everything is drawn again. */
  redraw(): void;
  save(): void;
  open(): void;
}

/** What the keys of a log terminal do; as in less where less has them. */
export interface LogKeys {
  key(data: string): void;
  /** True while no line may be written: paused, or the user is typing. */
  readonly held: boolean;
  readonly filter: LogFilter;
  readonly look: LogLook;
}

const backspace = '\u007f';
const escapeKey = '\u001b';

export const keyHelp =
  'space pauses · & only with · ! without · / highlights · l level · t times · w wraps · j JSON · s saves · o opens as document · Ctrl+C ends';

interface Asked {
  readonly what: 'include' | 'exclude' | 'highlight';
  readonly prompt: string;
}

const asked: Readonly<Record<string, Asked>> = {
  '&': { what: 'include', prompt: 'only lines with: ' },
  '!': { what: 'exclude', prompt: 'no lines with: ' },
  '/': { what: 'highlight', prompt: 'highlight: ' },
};

const levelSteps: readonly (Level | undefined)[] = [undefined, ...levels.slice(2)];

/** The keys of one terminal; every text that is asked for is taken away by Enter alone. */
export function logKeys({ write, redraw, save, open }: LogActions): LogKeys {
  let paused = false;
  const texts = { include: '', exclude: '', highlight: '' };
  let level: Level | undefined;
  let look: LogLook = { timestamps: true, wrap: true, readable: true, highlight: '' };
  let question: Asked | undefined;
  let typed = '';

  const say = (text: string) => write(`${dim(`── ${text} ──`)}\r\n`);

  function settle(text: string): void {
    if (!question) return;
    texts[question.what] = text;
    question = undefined;
    look = { ...look, highlight: texts.highlight };
    redraw();
    say(summary());
  }

  function summary(): string {
    const parts = [
      texts.include && `only with \`${texts.include}\``,
      texts.exclude && `without \`${texts.exclude}\``,
      level && `${level} and above`,
      texts.highlight && `\`${texts.highlight}\` is marked`,
    ].filter(Boolean);
    return parts.length === 0 ? 'every line is shown' : parts.join(', ');
  }

  function type(character: string): void {
    if (!question) return;
    if (character === '\r') settle(typed);
    else if (character === backspace && typed !== '') {
      typed = typed.slice(0, -1);
      write('\b \b');
    } else if (character !== backspace) {
      const text = safeText(character).replaceAll('\n', '');
      typed += text;
      write(text);
    }
  }

  /** Other sequences than Escape alone are arrows and the like: nothing here. */
  function typing(data: string): void {
    if (data === escapeKey && question) settle(texts[question.what]);
    else if (!data.startsWith(escapeKey)) [...data].forEach(type);
  }

  function toggle(name: 'timestamps' | 'wrap' | 'readable'): void {
    look = { ...look, [name]: !look[name] };
    redraw();
  }

  const commands: Readonly<Record<string, () => void>> = {
    ' ': () => {
      paused = !paused;
      if (paused) say('paused: press space to go on');
    },
    t: () => toggle('timestamps'),
    w: () => toggle('wrap'),
    j: () => toggle('readable'),
    l: () => {
      level = levelSteps[(levelSteps.indexOf(level) + 1) % levelSteps.length];
      redraw();
      say(summary());
    },
    s: save,
    o: open,
    '?': () => say(keyHelp),
  };

  /** What was pasted behind the key is typed. */
  function ask(next: Asked, rest: string): void {
    question = next;
    typed = '';
    write(dim(`── ${next.prompt}`));
    if (rest !== '') typing(rest);
  }

  function key(data: string): void {
    const next = asked[data.charAt(0)];
    if (question) typing(data);
    else if (next) ask(next, data.slice(1));
    else commands[data]?.();
  }

  return {
    key,
    get held() {
      return paused || question !== undefined;
    },
    get filter() {
      const { include, exclude } = texts;
      return { ...(include ? { include } : {}), ...(exclude ? { exclude } : {}), ...(level ? { level } : {}) };
    },
    get look() {
      return look;
    },
  };
}
