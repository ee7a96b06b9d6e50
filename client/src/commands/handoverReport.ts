import { handoverReport as report } from '../delivery/handover.ts';
import type { Command } from './contract/command.ts';

/** What whoever takes over has to know of the last hours. */
export const handoverReport: Command = {
  contribution: {
    id: 'waybill.history.handover',
    title: 'Open Handover Report…',
    icon: 'checklist',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/title', when: 'view == waybill.environments && isWorkspaceTrusted', group: '2_look@1' }],
  },
  async run({ ui, ports }) {
    const text = await ui.input({
      title: 'Handover Report',
      prompt: 'Of how many hours?',
      value: '12',
      problem: (typed) => (Number(typed) > 0 && Number(typed) <= 8760 ? undefined : 'A number of hours.'),
    });
    if (text === undefined) return;
    const made = await ports();
    const markdown = await ui.run({ verb: 'Handover', service: 'all' }, (_progress, signal) =>
      report(made, { hours: Number(text) }, signal),
    );
    await ui.showPage('Handover', markdown);
  },
};
