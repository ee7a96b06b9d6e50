import type { Command } from './contract/command.ts';

/** Shows the whole catalogue again. */
export const showAllImages: Command = {
  contribution: {
    id: 'waybill.images.showAll',
    title: 'Show All Images',
    icon: 'filter-filled',
    palette: 'waybill.imagesFiltered',
    connects: false,
    menus: [{ menu: 'view/title', when: 'view == waybill.baseImages && waybill.imagesFiltered', group: 'navigation@1' }],
  },
  async run({ state }) {
    state.onlyAgeing.set(false);
  },
};
