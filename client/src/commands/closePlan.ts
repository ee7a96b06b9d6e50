import type { Command } from './contract/command.ts';

/** Puts the plan that is on screen away; nothing is written. */
export const closePlan: Command = {
  contribution: { id: 'waybill.plan.close', title: 'Close Plan', icon: 'close', palette: false, connects: false, menus: [] },
  async run({ ui }) {
    ui.answerPlan(false);
  },
};
