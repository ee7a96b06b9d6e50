import * as vscode from 'vscode';
import type { Ui } from '../commands/contract/ui.ts';
import { dim, red } from '../commands/text/ansi.ts';
import { isCancelled, isWaybillError } from '../errors.ts';
import type { ExecSession } from '../ports.ts';

/** Terminals whose keys go to programs in instances. */
export const shell: Ui['shell'] = (title, start) => {
  const output = new vscode.EventEmitter<string>();
  const closing = new vscode.EventEmitter<number>();
  const decoder = new TextDecoder();
  const say = (text: string): void => output.fire(`\r\n${text}\r\n`);
  let session: ExecSession | undefined;
  let closed = false;
  let ended = false;

  async function connect(size: vscode.TerminalDimensions): Promise<void> {
    try {
      const write = (data: Uint8Array): void => output.fire(decoder.decode(data, { stream: true }));
      session = await start({ columns: size.columns, rows: size.rows, write });
      if (closed) return session.close();
      const code = await session.ended;
      if (code === 0) return closing.fire(0);
      say(dim(`── the shell ended with exit code ${code}; any key closes ──`));
    } catch (error) {
      if (closed || isCancelled(error)) return;
      const advice = isWaybillError(error) ? ` ${error.advice}` : '';
      say(red(`${error instanceof Error ? error.message : String(error)}${advice}`));
      say(dim('── any key closes ──'));
    } finally {
      ended = true;
    }
  }

  vscode.window
    .createTerminal({
      name: title,
      iconPath: new vscode.ThemeIcon('terminal'),
      pty: {
        onDidWrite: output.event,
        onDidClose: closing.event,
        open: (size: vscode.TerminalDimensions | undefined) => void connect(size ?? { columns: 80, rows: 24 }),
        close() {
          closed = true;
          session?.close();
        },
        handleInput: (keys: string) => (ended ? closing.fire(0) : session?.write(new TextEncoder().encode(keys))),
        setDimensions: (size: vscode.TerminalDimensions) => session?.resize(size.columns, size.rows),
      },
    })
    .show();
};

/** A box whose text is told as it is typed. */
export const typing: Ui['typing'] = (title, placeholder, value, changed) => {
  const box = vscode.window.createInputBox();
  box.title = title;
  box.placeholder = placeholder;
  box.value = value;
  let accepted = false;
  box.onDidChangeValue((text) => changed(text));
  box.onDidAccept(() => {
    accepted = true;
    box.hide();
  });
  box.onDidHide(() => {
    if (!accepted) changed(undefined);
    box.dispose();
  });
  box.show();
};
