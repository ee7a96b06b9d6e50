import type { Command } from './contract/command.ts';

/** Opens the three pages that show what Waybill is for. */
export const openWalkthrough: Command = {
  contribution: {
    id: 'waybill.walkthrough.open',
    title: 'Open Walkthrough',
    icon: 'book',
    palette: true,
    connects: false,
    menus: [],
  },
  run: ({ ui }) => ui.openWalkthrough(),
};
