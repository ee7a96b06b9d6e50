import { type Command, onRow } from './contract/command.ts';

/** Copies the whole tag of a release or of what runs; rows show it shortened. */
export const copyTag: Command = {
  contribution: {
    id: 'waybill.tag.copy',
    title: 'Copy Tag',
    icon: 'copy',
    palette: false,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('services', 'release'), group: '3_copy@2' },
      { menu: 'view/item/context', when: onRow('environments', 'workload'), group: '3_copy@2' },
    ],
  },
  async run({ ui }, subject) {
    if (subject.tag) await ui.copy(subject.tag);
  },
};
