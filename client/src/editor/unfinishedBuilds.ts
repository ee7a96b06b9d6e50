import * as vscode from 'vscode';
import type { WorkspaceModel } from '../../../server/src/protocol.ts';
import type { CommandContext } from '../commands/contract/command.ts';
import { buildFolders, settledText, settleUnfinished } from '../delivery/unfinished.ts';

/**
 * Once a window, when the workspace is known and trusted: builds that an earlier window began, and whose end it could not write because it
 * was killed, are closed in the journal, and the user is told. Without any such build nothing is connected to, and no adapter is loaded.
 */
export function settleUnfinishedBuilds({ state, ports, ui, runCommand }: CommandContext): vscode.Disposable {
  const stop = new AbortController();
  let looked = false;
  const settle = async (model: WorkspaceModel) => {
    if (!(await hasNotes(model))) return;
    const settled = await settleUnfinished(await ports(), stop.signal);
    if (settled.length === 0) return;
    const [first] = settled;
    const again = first && model.services.find(({ id }) => id === first.note.subject);
    const build = { label: 'Build Again', run: () => runCommand('waybill.image.build', { service: again?.id ?? '' }) };
    ui.warn(settledText(settled), settled.length === 1 && again ? [build] : []);
  };
  const look = () => {
    const load = state.model.store.get();
    if (looked || load.state !== 'ready' || !state.trusted.get()) return;
    looked = true;
    settle(load.value).catch((error: unknown) => {
      if (!stop.signal.aborted) ui.failed(error, []);
    });
  };
  const ends = [state.model.store.subscribe(look), state.trusted.subscribe(look)];
  look();
  return {
    dispose() {
      stop.abort();
      for (const end of ends) end();
    },
  };
}

async function hasNotes(model: WorkspaceModel): Promise<boolean> {
  for (const folder of buildFolders(model)) {
    const notes = vscode.Uri.joinPath(vscode.Uri.file(folder), '.waybill', 'building');
    const names = await vscode.workspace.fs.readDirectory(notes).then(
      (entries) => entries,
      () => [],
    );
    if (names.some(([name]) => name.endsWith('.json'))) return true;
  }
  return false;
}
