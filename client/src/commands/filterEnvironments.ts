import type { Command } from './contract/command.ts';

/** Shows only the rows that hold every typed word; what is typed counts at once. */
export const filterEnvironments: Command = {
  contribution: {
    id: 'waybill.environments.filter',
    title: 'Filter Environments…',
    icon: 'filter',
    palette: true,
    connects: false,
    menus: [{ menu: 'view/title', when: 'view == waybill.environments && !waybill.environmentsFiltered', group: 'navigation@2' }],
  },
  async run({ state, ui }) {
    const before = state.filter.get();
    ui.typing('Filter Environments', 'Words of a service, pod, tag, digest, node or state: `order degraded`', before, (text) =>
      state.filter.set(text ?? before),
    );
  },
};
