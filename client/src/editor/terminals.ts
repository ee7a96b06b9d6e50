import * as vscode from 'vscode';
import type { LogScreen, Ui } from '../commands/contract/ui.ts';
import { dim } from '../commands/text/ansi.ts';
import { logHistory, logText } from '../commands/text/logHistory.ts';
import { keyHelp, logKeys } from '../commands/text/logKeys.ts';
import { type LogLook, logRing } from '../commands/text/logRing.ts';
import { logFilter } from '../delivery/logView.ts';
import { type BuildLinks, buildPty } from './buildTerminal.ts';

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
  /** The terminal has so many columns now. */
  resized?(columns: number): void;
}

/** The terminals of builds and logs; a finished one is replaced by the next of the same name. */
export function terminalScreens(links: BuildLinks): Pick<Ui, 'buildScreen' | 'logScreen'> {
  const finished = new Map<string, vscode.Terminal>();
  const buildScreen: Ui['buildScreen'] = (title, view, stop) => {
    finished.get(title)?.dispose();
    links.add(view);
    const { pty, show } = buildPty(stop);
    const terminal = vscode.window.createTerminal({ name: title, iconPath: new vscode.ThemeIcon('package'), pty });
    terminal.show(true);
    const screen = show(view);
    return {
      changed: screen.changed,
      end() {
        screen.end();
        finished.set(title, terminal);
      },
    };
  };
  const open = (name: string, icon: string, handlers: Handlers): OpenTerminal => {
    finished.get(name)?.dispose();
    finished.delete(name);
    const { terminal, write } = openTerminal(name, icon, handlers);
    return { write, finish: () => finished.set(name, terminal) };
  };
  return {
    buildScreen,
    logScreen: (title, stop) => logScreen(title, (handlers) => open(title, 'output', handlers), stop),
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
      open(size: vscode.TerminalDimensions | undefined) {
        ready = true;
        if (size) handlers.resized?.(size.columns);
        for (const text of early.splice(0)) output.fire(text);
      },
      close: handlers.closed,
      setDimensions: (size: vscode.TerminalDimensions) => handlers.resized?.(size.columns),
      handleInput: (data: string) => (data === '\u0003' ? handlers.closed() : handlers.key?.(data)),
    },
  });
  terminal.show(true);
  return { terminal, write: (text) => (ready ? output.fire(text) : early.push(text)) };
}

/** Rows that are drawn again when filter or look change; more than a terminal keeps. */
const redrawn = 2_000;
const clearScreen = '\u001b[2J\u001b[3J\u001b[H';

/** Follows a log through a bounded ring; closing the terminal or Ctrl+C ends the tail, see `logKeys` for the other keys. */
function logScreen(title: string, open: (handlers: Handlers) => OpenTerminal, stop: () => void): LogScreen {
  const ring = logRing(ringLines);
  const history = logHistory();
  let columns: number | undefined;
  let shows = logFilter({});
  const look = (): LogLook => ({ ...keys.look, ...(columns ? { columns } : {}) });
  const shown = () => history.lines().filter(logFilter(keys.filter));
  const keys = logKeys({
    write: (text) => terminal.write(text),
    redraw() {
      shows = logFilter(keys.filter);
      const lines = shown();
      ring.clear();
      terminal.write(clearScreen);
      ring.push(lines.slice(-redrawn));
      while (ring.pending > 0) terminal.write(ring.take(writeSize, look()));
    },
    save: () => void saveText(`${title.replaceAll(/[^\w.-]+/g, '-')}.log`, logText(shown(), history.forgotten)),
    open: () => void openLog(logText(shown(), history.forgotten)),
  });
  const terminal = open({
    closed() {
      clearInterval(pump);
      stop();
    },
    key: keys.key,
    resized(width) {
      columns = width;
    },
  });
  terminal.write(`${dim(`── ${keyHelp} ──`)}\r\n`);
  const flush = () => {
    const text = keys.held ? '' : ring.take(writeSize, look());
    if (text !== '') terminal.write(text);
  };
  const pump = setInterval(flush, pumpInterval);
  return {
    lines(batch) {
      history.push(batch);
      ring.push(batch.filter(shows));
    },
    end(text) {
      clearInterval(pump);
      while (ring.pending > 0) terminal.write(ring.take(writeSize, look()));
      terminal.write(`${dim(`── ${text} ──`)}\r\n`);
      terminal.finish();
    },
  };
}

async function saveText(name: string, text: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
    filters: { Log: ['log', 'txt'] },
  });
  if (uri) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}

async function openLog(content: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'log', content }));
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
