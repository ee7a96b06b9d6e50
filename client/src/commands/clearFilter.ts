import type { Command } from './contract/command.ts';

/** Shows every row of the view Environments again. */
export const clearFilter: Command = {
  contribution: {
    id: 'waybill.environments.clearFilter',
    title: 'Clear Filter of Environments',
    icon: 'filter-filled',
    palette: 'waybill.environmentsFiltered',
    connects: false,
    menus: [{ menu: 'view/title', when: 'view == waybill.environments && waybill.environmentsFiltered', group: 'navigation@2' }],
  },
  async run({ state }) {
    state.filter.set('');
  },
};
