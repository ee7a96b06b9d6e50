import type { Command } from './contract/command.ts';

/** Leaves in the view what is deprecated, has ended, or stands on such. */
export const filterImages: Command = {
  contribution: {
    id: 'waybill.images.filter',
    title: 'Show Only Deprecated and Ended Images',
    icon: 'filter',
    palette: '!waybill.imagesFiltered',
    connects: false,
    menus: [{ menu: 'view/title', when: 'view == waybill.baseImages && !waybill.imagesFiltered', group: 'navigation@1' }],
  },
  async run({ state }) {
    state.onlyAgeing.set(true);
  },
};
