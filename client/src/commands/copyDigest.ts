import { type Command, onRow } from './contract/command.ts';

/** Copies the whole digest of a release or of what runs. */
export const copyDigest: Command = {
  contribution: {
    id: 'waybill.digest.copy',
    title: 'Copy Digest',
    icon: 'copy',
    palette: false,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('services', 'release'), group: '3_copy@1' },
      { menu: 'view/item/context', when: onRow('environments', '(workload|instance)'), group: '3_copy@1' },
    ],
  },
  async run({ ui }, subject) {
    if (subject.digest) await ui.copy(subject.digest);
  },
};
