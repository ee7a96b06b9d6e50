import { type Command, onRow } from './contract/command.ts';

/** Stops a build that waits for a builder or runs on one. */
export const cancelBuild: Command = {
  contribution: {
    id: 'waybill.build.cancel',
    title: 'Cancel Build',
    icon: 'debug-stop',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('builders', 'build'), group: 'inline@1' },
      { menu: 'view/item/context', when: onRow('builders', 'build'), group: '9_danger@1' },
    ],
  },
  async run({ ui, ports }, subject) {
    const { builders } = await ports();
    const builds = builders.builds();
    if (builds.length === 0) return ui.inform('No build waits or runs in this window.', []);
    const id =
      subject.build ??
      (await ui.pick({
        title: 'Cancel Build',
        placeholder: 'Which one?',
        choices: builds.map((build) => ({
          label: build.service,
          description: `${build.state} · ${build.pool}${build.member ? `/${build.member}` : ''}`,
          icon: build.state === 'running' ? 'sync' : 'watch',
          value: build.id,
        })),
      }));
    if (id !== undefined) builders.cancel(id);
  },
};
