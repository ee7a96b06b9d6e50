import * as vscode from 'vscode';
import type { WorkspaceModel } from '../../../server/src/protocol.ts';
import type { AppState } from '../state/appState.ts';
import { baseImagesTree } from '../tree/baseImages.ts';
import { buildersTree } from '../tree/builders.ts';
import { filterRows } from '../tree/environmentFilter.ts';
import { drawnServices, environmentsTree, unhealthyCount } from '../tree/environments.ts';
import type { TreeNode } from '../tree/node.ts';
import { errorRow, loadingRow } from '../tree/rows.ts';
import { servicesTree } from '../tree/services.ts';
import { counted } from '../tree/words.ts';
import { registerBadges } from './decorations.ts';
import { drawView } from './treeView.ts';

export interface Views extends vscode.Disposable {
  /** The row that an element of any of the views stands for. */
  row(id: string): TreeNode | undefined;
}

/** The four views of the container, drawn from the state; environments and builders are connected to only while they can be seen (S19). */
export function registerViews(state: AppState): Views {
  const common = () => ({ operations: state.operations.store.get(), trusted: state.trusted.get(), now: new Date() });
  const environments = () => state.environments.store.get();
  const services = drawView('waybill.services', () =>
    withModel(state, (model) => servicesTree({ ...common(), model, releases: state.releases.store.get(), environments: environments() })),
  );
  const drawn = drawnServices();
  const places = drawView(
    'waybill.environments',
    () =>
      withModel(state, (model) =>
        filterRows(
          environmentsTree({ ...common(), model, environments: environments(), forwards: state.forwards.store.get(), drawn }),
          state.filter.get(),
        ),
      ),
    true,
  );
  const images = drawView('waybill.baseImages', () =>
    withModel(state, (model) => baseImagesTree({ model, now: new Date(), onlyAgeing: state.onlyAgeing.get() })),
  );
  const builders = drawView('waybill.builders', () =>
    withModel(state, (model) =>
      buildersTree({
        model,
        checks: state.builders.store.get(),
        loads: state.builders.loads.get(),
        builds: state.builders.builds.get(),
        usage: state.builders.usage,
        trusted: state.trusted.get(),
        now: new Date(),
      }),
    ),
  );
  const badges = registerBadges();
  const all = [services, places, images, builders];

  function connectToWhatIsSeen(): void {
    const load = state.model.store.get();
    const trusted = state.trusted.get();
    if (load.state !== 'ready' || !trusted) return;
    if (places.visible || services.visible || state.board.get()) state.environments.show(load.value.environments);
    else if (!state.lenses.get()) state.environments.hide();
    if (builders.visible) state.builders.show(load.value.pools);
    else state.builders.hide();
  }

  function explainTrust(): void {
    const message = state.trusted.get() ? undefined : 'Trust this folder to connect to builders and environments. Linting works already.';
    const filter = state.filter.get();
    places.setMessage(message ?? (filter === '' ? undefined : `Only rows with \`${filter}\` are shown.`));
    builders.setMessage(message);
  }

  const refreshAll = () => {
    for (const view of all) view.refresh();
  };
  const leave = [
    state.model.store.subscribe(connectToWhatIsSeen),
    state.trusted.subscribe(connectToWhatIsSeen),
    state.trusted.subscribe(explainTrust),
    state.model.store.subscribe(refreshAll),
    state.trusted.subscribe(refreshAll),
    state.operations.store.subscribe(refreshAll),
    state.onlyAgeing.subscribe((on) => {
      void vscode.commands.executeCommand('setContext', 'waybill.imagesFiltered', on);
      images.setMessage(on ? 'Only what is deprecated or has ended is shown.' : undefined);
      images.refresh();
    }),
    state.filter.subscribe((text) => {
      void vscode.commands.executeCommand('setContext', 'waybill.environmentsFiltered', text !== '');
      explainTrust();
      places.refresh();
    }),
    state.forwards.store.subscribe(() => places.refresh()),
    state.board.subscribe(connectToWhatIsSeen),
    state.lenses.subscribe(connectToWhatIsSeen),
    state.releases.store.subscribe(() => services.refresh()),
    state.builders.store.subscribe(() => builders.refresh()),
    state.builders.loads.subscribe(() => builders.refresh()),
    state.builders.builds.subscribe(() => builders.refresh()),
    state.environments.store.subscribe((watches) => {
      places.refresh();
      services.refresh();
      const unhealthy = unhealthyCount(watches);
      places.setBadge(unhealthy, `${counted(unhealthy, 'service')} not healthy`);
    }),
  ];
  const seen = all.map((view) => view.onVisibility(connectToWhatIsSeen));
  // Ages in the rows ("12 min ago") move on by themselves.
  const minute = setInterval(refreshAll, 60_000);
  explainTrust();
  connectToWhatIsSeen();
  return {
    row: (id) => all.map((view) => view.row(id)).find((row) => row !== undefined),
    dispose() {
      clearInterval(minute);
      for (const end of leave) end();
      state.forwards.stopAll();
      state.environments.hide();
      state.builders.hide();
      vscode.Disposable.from(badges, ...seen, ...all).dispose();
    },
  };
}

/** Loading, failed and empty apart: an empty list lets VS Code show the view's welcome text. */
function withModel(state: AppState, rows: (model: WorkspaceModel) => readonly TreeNode[]): readonly TreeNode[] {
  const load = state.model.store.get();
  if (load.state === 'loading') return [loadingRow('loading', 'reading the workspace…')];
  if (load.state === 'failed') return [errorRow('failure', load.failure, {})];
  return rows(load.value);
}
