import type { Command } from './contract/command.ts';

/** Opens the delivery board: which release of each service runs in which environment. */
export const showBoard: Command = {
  contribution: {
    id: 'waybill.board.show',
    title: 'Show Delivery Board',
    icon: 'table',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/title', when: 'view == waybill.environments', group: 'navigation@1' }],
  },
  async run({ ui }) {
    ui.showBoard();
  },
};
