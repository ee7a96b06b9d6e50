import type { Command } from './contract/command.ts';

/** Reads the workspace anew and connects again to what is shown. */
export const refreshViews: Command = {
  contribution: {
    id: 'waybill.views.refresh',
    title: 'Refresh',
    icon: 'refresh',
    palette: true,
    connects: false,
    menus: ['services', 'environments', 'baseImages', 'builders'].map((view) => ({
      menu: 'view/title' as const,
      when: `view == waybill.${view}`,
      group: 'navigation@9',
    })),
  },
  async run({ state }) {
    await state.model.refresh();
    const model = state.model.store.get();
    if (model.state === 'ready') await state.releases.refresh(model.value);
    for (const [key, watch] of state.environments.store.get()) if (watch.state === 'failed') state.environments.retry(key);
    for (const key of state.builders.store.get().keys()) state.builders.retry(key);
  },
};
