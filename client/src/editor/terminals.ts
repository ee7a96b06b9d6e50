import * as vscode from 'vscode';
import type { LogScreen, Screen, Ui } from '../commands/contract/ui.ts';
import { dim, terminalLines } from '../commands/text/ansi.ts';
import { logKeys } from '../commands/text/logKeys.ts';
import { logRing } from '../commands/text/logRing.ts';

/** At most 20 writes a second of at most 64 kB: a terminal has no back-pressure. */
const pumpInterval = 50;
const writeSize = 64 * 1024;
const ringLines = 200_000;

interface OpenTerminal {
  write(text: string): void;
  /** Nothing more will come: the next terminal of the same name takes its place. */
  finish(): void;
}

interface Handlers {
  closed(): void;
  key?(data: string): void;
}

/** The terminals of builds and logs; a finished one is replaced by the next of the same name. */
export function terminalScreens(): Pick<Ui, 'buildScreen' | 'logScreen'> {
  const finished = new Map<string, vscode.Terminal>();
  const open = (name: string, icon: string, handlers: Handlers): OpenTerminal => {
    finished.get(name)?.dispose();
    finished.delete(name);
    const { terminal, write } = openTerminal(name, icon, handlers);
    return { write, finish: () => finished.set(name, terminal) };
  };
  return {
    buildScreen: (title, stop) => buildScreen(open(title, 'package', { closed: stop })),
    logScreen: (title, stop) => logScreen((handlers) => open(title, 'output', handlers), stop),
  };
}

function openTerminal(name: string, icon: string, handlers: Handlers): { terminal: vscode.Terminal; write(text: string): void } {
  const output = new vscode.EventEmitter<string>();
  const early: string[] = [];
  let ready = false;
  const terminal = vscode.window.createTerminal({
    name,
    iconPath: new vscode.ThemeIcon(icon),
    pty: {
      onDidWrite: output.event,
      open() {
        ready = true;
        for (const text of early.splice(0)) output.fire(text);
      },
      close: handlers.closed,
      handleInput: (data: string) => (data === '\u0003' ? handlers.closed() : handlers.key?.(data)),
    },
  });
  terminal.show(true);
  return { terminal, write: (text) => (ready ? output.fire(text) : early.push(text)) };
}

/** Shows the steps of one build; closing the terminal or Ctrl+C stops it. */
function buildScreen(terminal: OpenTerminal): Screen {
  return {
    write: (text) => terminal.write(terminalLines(text)),
    end(text) {
      terminal.write(`\r\n${terminalLines(text)}\r\n`);
      terminal.finish();
    },
  };
}

/** Follows a log through a bounded ring; closing the terminal or Ctrl+C ends the tail, see `logKeys` for the other keys. */
function logScreen(open: (handlers: Handlers) => OpenTerminal, stop: () => void): LogScreen {
  const ring = logRing(ringLines);
  const keys = logKeys((text) => terminal.write(text));
  const terminal = open({
    closed() {
      clearInterval(pump);
      stop();
    },
    key: keys.key,
  });
  terminal.write(`${dim('── space pauses, & shows only lines with a text, Ctrl+C ends ──')}\r\n`);
  const flush = () => {
    const text = keys.held ? '' : ring.take(writeSize);
    if (text !== '') terminal.write(text);
  };
  const pump = setInterval(flush, pumpInterval);
  return {
    lines: (batch) => ring.push(batch.filter(keys.shows)),
    end(text) {
      clearInterval(pump);
      while (ring.pending > 0) terminal.write(ring.take(writeSize));
      terminal.write(`${dim(`── ${text} ──`)}\r\n`);
      terminal.finish();
    },
  };
}

interface LineLink extends vscode.TerminalLink {
  readonly file: string;
  readonly line: number;
}

/** Makes `/path/Dockerfile:12` in a terminal a link to that line. */
export function registerDockerfileLinks(): vscode.Disposable {
  const provider: vscode.TerminalLinkProvider<LineLink> = {
    provideTerminalLinks: ({ line }) =>
      [...line.matchAll(/(\/[^\s:]+):(\d+)/g)].map((match) => ({
        startIndex: match.index,
        length: match[0].length,
        tooltip: 'Open the line',
        file: match[1] ?? '',
        line: Number(match[2]),
      })),
    async handleTerminalLink({ file, line }) {
      const position = new vscode.Position(Math.max(0, line - 1), 0);
      await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
    },
  };
  return vscode.window.registerTerminalLinkProvider(provider);
}
