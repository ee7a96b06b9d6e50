import * as vscode from 'vscode';
import type { LogScreen, Screen } from '../commands/contract/ui.ts';
import { dim, terminalLines } from '../commands/text/ansi.ts';
import { logRing } from '../commands/text/logRing.ts';

/** At most 20 writes a second of at most 64 kB: a terminal has no back-pressure. */
const pumpInterval = 50;
const writeSize = 64 * 1024;
const ringLines = 200_000;

interface OpenTerminal {
  readonly terminal: vscode.Terminal;
  write(text: string): void;
}

function openTerminal(name: string, icon: string, handlers: { closed(): void; key?(data: string): void }): OpenTerminal {
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

/** A terminal that shows the steps of one build; closing it or Ctrl+C stops the build. */
export function buildScreen(title: string, stop: () => void): Screen {
  const { write } = openTerminal(title, 'package', { closed: stop });
  return {
    write: (text) => write(terminalLines(text)),
    end: (text) => write(`\r\n${terminalLines(text)}\r\n`),
  };
}

/** A terminal that follows a log through a bounded ring; the space key pauses, closing it or Ctrl+C ends the tail. */
export function logScreen(title: string, stop: () => void): LogScreen {
  const ring = logRing(ringLines);
  let paused = false;
  let pump: NodeJS.Timeout | undefined;
  const { write } = openTerminal(title, 'output', {
    closed() {
      if (pump) clearInterval(pump);
      stop();
    },
    key(data) {
      if (data !== ' ') return;
      paused = !paused;
      write(paused ? `${dim('── paused: press space to go on ──')}\r\n` : '');
    },
  });
  const flush = () => {
    if (paused) return;
    const text = ring.take(writeSize);
    if (text !== '') write(text);
  };
  pump = setInterval(flush, pumpInterval);
  return {
    lines: (batch) => ring.push(batch),
    end(text) {
      if (pump) clearInterval(pump);
      while (ring.pending > 0) write(ring.take(writeSize));
      write(`${dim(`── ${text} ──`)}\r\n`);
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
