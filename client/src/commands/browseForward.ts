import { type Command, onRow } from './contract/command.ts';

/** Opens a forwarded port in the browser. */
export const browseForward: Command = {
  contribution: {
    id: 'waybill.port.browse',
    title: 'Open in Browser',
    icon: 'link-external',
    palette: false,
    connects: false,
    menus: ['inline@1', '1_run@1'].map((group) => ({
      menu: 'view/item/context' as const,
      when: onRow('environments', 'forward'),
      group,
    })),
  },
  async run({ state, ui }, subject) {
    const found = state.forwards.store.get().find((forward) => forward.id === subject.forward);
    if (found) await ui.openExternal(`http://localhost:${found.localPort}/`);
  },
};
