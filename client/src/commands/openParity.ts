import { type Command, onRow } from './contract/command.ts';

/** Shows where services run in another way in an environment than in the one that it mirrors. */
export const openParity: Command = {
  contribution: {
    id: 'waybill.parity.open',
    title: 'Open Parity Report',
    icon: 'checklist',
    palette: true,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('services', 'service'), group: '2_look@4' },
      { menu: 'editor/title', when: 'resourceLangId == waybill-environments', group: 'navigation@6' },
    ],
  },
  async run({ documents, ui }, { service }) {
    const { text, origins } = await documents.parity(service === undefined ? {} : { service }, AbortSignal.timeout(30_000));
    await ui.openText('Parity Report', 'markdown', text, origins);
  },
};
