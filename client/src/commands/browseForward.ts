import { type Command, onRow } from './contract/command.ts';

/** Opens a forwarded port in the browser. */
export const browseForward: Command = {
  contribution: {
    id: 'waybill.port.browse',
    title: 'Open in Browser',
    icon: 'link-external',
    palette: false,
    connects: false,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'forward'), group: 'inline@1' }],
  },
  async run({ state, ui }, subject) {
    const found = state.forwards.store.get().find((forward) => forward.id === subject.forward);
    if (found) await ui.openExternal(`http://localhost:${found.localPort}/`);
  },
};
