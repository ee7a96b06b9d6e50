import * as vscode from 'vscode';
import type { BuildScreen } from '../commands/contract/ui.ts';
import { dim } from '../commands/text/ansi.ts';
import type { BuildLook } from '../commands/text/buildText.ts';
import type { BuildView } from '../commands/text/buildView.ts';

/** At most 20 drawings a second: a terminal has no back-pressure. */
const pumpInterval = 50;
/** The times of what runs go on by themselves; milliseconds. */
const tick = 1_000;

const clearScreen = '\u001b[2J\u001b[3J\u001b[H';
/** Rows that are drawn over must not wrap (DECAWM), and the cursor would only run about. */
const calm = '\u001b[?25l\u001b[?7l';
const usual = '\u001b[?7h\u001b[?25h';
const help = `${dim('── o unfolds and folds what steps printed · Ctrl+C stops the build ──')}\r\n`;

/** A terminal for a view of builds. */
export interface BuildPty {
  readonly pty: vscode.Pseudoterminal;
  show(view: BuildView): BuildScreen;
}

/**
 * What is done stays above, what runs is drawn over and over below it. `stop` is called on Ctrl+C and when the user closes the terminal.
 * `ended` tells the exit code when the terminal belongs to a task.
 */
export function buildPty(stop: () => void, ended?: vscode.Event<number>): BuildPty {
  const output = new vscode.EventEmitter<string>();
  let look: BuildLook = { columns: 80, unfolded: false };
  let view: BuildView | undefined;
  let ready = false;
  let drawn = 0;
  let due: NodeJS.Timeout | undefined;

  const erased = () => (drawn > 0 ? `\r${drawn > 1 ? `\u001b[${drawn - 1}A` : ''}\u001b[0J` : '');
  const draw = (text: string) => {
    const rows = view?.live(look) ?? [];
    const before = erased();
    drawn = rows.length;
    if (before || text || drawn > 0) output.fire(`${calm}${before}${usual}${text}${calm}${rows.join('\r\n')}${usual}`);
  };
  const drawFresh = () => {
    clearTimeout(due);
    due = undefined;
    if (ready) draw(view?.fresh(look) ?? '');
  };
  const drawAll = () => {
    drawn = 0;
    if (ready) draw(`${clearScreen}${help}${view?.all(look) ?? ''}`);
  };
  const change = (next: Partial<BuildLook>) => {
    look = { ...look, ...next };
    drawAll();
  };
  const clock = setInterval(() => drawn > 0 && draw(''), tick);
  const rest = () => {
    clearInterval(clock);
    clearTimeout(due);
  };

  return {
    pty: {
      onDidWrite: output.event,
      ...(ended ? { onDidClose: ended } : {}),
      open(size) {
        ready = true;
        change(size ? { columns: size.columns } : {});
      },
      setDimensions({ columns }) {
        // Only rows that are drawn over depend on the width.
        if (drawn > 0 && columns !== look.columns) change({ columns });
        else look = { ...look, columns };
      },
      close() {
        rest();
        stop();
      },
      handleInput(keys) {
        if (keys === '\u0003') stop();
        else if (keys === 'o') change({ unfolded: !look.unfolded });
      },
    },
    show(shown) {
      view = shown;
      drawFresh();
      return {
        changed() {
          due ??= setTimeout(drawFresh, pumpInterval);
        },
        end() {
          rest();
          drawFresh();
        },
      };
    },
  };
}

interface StepLink extends vscode.TerminalLink {
  open(): Thenable<unknown>;
}

/** Views whose links work: of those with the same step the newest. */
const remembered = 20;

export interface BuildLinks extends vscode.Disposable {
  add(view: BuildView): void;
}

/** On a line of a step `Dockerfile:12` leads to that line, and `214 lines` to what the step printed. */
export function buildLinks(openText: (name: string, text: string) => Promise<void>): BuildLinks {
  const views: BuildView[] = [];
  const provider: vscode.TerminalLinkProvider<StepLink> = {
    provideTerminalLinks({ line }) {
      const number = Number(/#(\d+) /.exec(line)?.[1]);
      const found = Number.isNaN(number) ? undefined : views.map((view) => view.find(number, line)).find((step) => step !== undefined);
      if (!found) return [];
      const { title, text, dockerfile } = found;
      const link = (match: RegExpExecArray | null, tooltip: string, open: StepLink['open']): StepLink[] =>
        match ? [{ startIndex: match.index, length: match[0].trimEnd().length, tooltip, open }] : [];
      const at = /(?<=\s)[^\s:→]+:(\d+)(?= ·|\s*$)/.exec(line);
      const place = new vscode.Position(Math.max(0, Number(at?.[1] ?? 1) - 1), 0);
      const selection = new vscode.Range(place, place);
      return [
        ...link(at, 'Open the line', () => vscode.window.showTextDocument(vscode.Uri.file(dockerfile), { selection })),
        ...link(/(?<=\s)\d+ lines?(?=\s|$)(?!.*\d+ lines?)/.exec(line), 'Open what the step printed', () => openText(title, text)),
      ];
    },
    handleTerminalLink: ({ open }) => void open(),
  };
  const registered = vscode.window.registerTerminalLinkProvider(provider);
  return {
    add(view) {
      views.unshift(view);
      views.splice(remembered);
    },
    dispose: () => registered.dispose(),
  };
}
