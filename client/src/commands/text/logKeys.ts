import type { LogLine } from '../../ports.ts';
import { dim, safeText } from './ansi.ts';

/** What the keys of a log terminal do: space pauses, `&` or `/` asks for a text that lines must contain (as in less). */
export interface LogKeys {
  key(data: string): void;
  /** True while no line may be written: paused, or the user is typing. */
  readonly held: boolean;
  /** Whether a line is shown; markers always are. */
  shows(line: LogLine): boolean;
}

const backspace = '\u007f';
const escapeKey = '\u001b';

/** @param write puts text on the terminal at once */
export function logKeys(write: (text: string) => void): LogKeys {
  let paused = false;
  let filter = '';
  let typed: string | undefined;

  const say = (text: string) => write(`${dim(`── ${text} ──`)}\r\n`);

  function settle(next: string): void {
    typed = undefined;
    filter = next;
    write('\r\n');
    say(filter === '' ? 'every line is shown' : `only lines with "${filter}" are shown: press & and Enter for all`);
  }

  function type(character: string): void {
    if (typed === undefined) return;
    if (character === '\r') {
      settle(typed);
    } else if (character !== backspace) {
      const text = safeText(character).replaceAll('\n', '');
      typed += text;
      write(text);
    } else if (typed !== '') {
      typed = typed.slice(0, -1);
      write('\b \b');
    }
  }

  /** Other sequences than Escape alone are arrows and the like: nothing here. */
  function typing(data: string): void {
    if (data === escapeKey) settle(filter);
    else if (!data.startsWith(escapeKey)) [...data].forEach(type);
  }

  return {
    key(data) {
      if (typed !== undefined) typing(data);
      else if (data === '&' || data === '/') {
        typed = '';
        write(dim('── only lines with: '));
      } else if (data === ' ') {
        paused = !paused;
        if (paused) say('paused: press space to go on');
      }
    },
    get held() {
      return paused || typed !== undefined;
    },
    shows: (line) => filter === '' || line.marker === true || line.text.toLowerCase().includes(filter.toLowerCase()),
  };
}
