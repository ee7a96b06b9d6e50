import type { Command } from './contract/command.ts';

/** Deploys the plan that is on screen. */
export const applyPlan: Command = {
  contribution: {
    id: 'waybill.plan.deploy',
    title: 'Deploy This Plan',
    icon: 'rocket',
    palette: false,
    connects: true,
    menus: [{ menu: 'editor/title', when: 'resourceScheme == waybill && waybill.planWaits', group: 'navigation@1' }],
  },
  async run({ ui }) {
    ui.answerPlan(true);
  },
};
