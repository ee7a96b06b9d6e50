import { fail } from '../errors.ts';
import { isOurs, writeBuilders } from './contract/builders.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Adds a Docker Engine to a pool. */
export const addBuilder: Command = {
  contribution: {
    id: 'waybill.builder.add',
    title: 'Add Builder…',
    icon: 'add',
    palette: true,
    connects: false,
    menus: [
      { menu: 'view/title', when: 'view == waybill.builders', group: 'navigation@1' },
      { menu: 'view/item/context', when: `${onRow('builders', 'pool')} && viewItem =~ /(^|;)ours(;|$)/`, group: '6_change@1' },
    ],
  },
  async run(context, subject) {
    const { ui } = context;
    const pools = (await currentModel(context)).pools.filter((pool) => isOurs({ pool }));
    const named = pools.find(({ name }) => name === subject.builder) ?? (pools.length === 1 ? pools[0] : undefined);
    if (pools.length === 0) {
      throw fail(
        'configuration',
        'There is no pool of builders in this workspace.',
        'Write one under `builders` in waybill.environments.yaml.',
      );
    }
    const pool =
      named ??
      (await ui.pick({
        title: 'Add Builder (1 of 3)',
        placeholder: 'To which pool?',
        choices: pools.map((one) => ({ label: one.name, icon: 'server', value: one })),
      }));
    if (!pool) return;
    const names = pool.members.map(({ name }) => name);
    const host = await ui.input({
      title: 'Add Builder (2 of 3)',
      prompt: 'Address of the Docker Engine.',
      value: 'ssh://',
      problem: (text) =>
        /^(?:ssh|tcp|unix|npipe):\/\/.+/.test(text) ? undefined : 'Begins with `ssh://`, `tcp://` or `unix://`: `ssh://ops@build-1`.',
    });
    if (!host) return;
    const member = await ui.input({
      title: 'Add Builder (3 of 3)',
      prompt: 'Its name in the pool.',
      value: proposed(host, names),
      problem: (text) => {
        if (names.includes(text)) return `There is a builder \`${text}\` already.`;
        return /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text) ? undefined : 'Small letters, digits, dots and dashes.';
      },
    });
    if (!member) return;
    await writeBuilders(context, { pool: pool.name, member, change: 'add', host });
  },
};

/** `build-3` of `ssh://ops@build-3.example.com`, when nobody has that name. */
function proposed(host: string, names: readonly string[]): string {
  const name = /^[a-z]+:\/\/(?:[^@/]*@)?([A-Za-z][A-Za-z0-9-]*)/.exec(host)?.[1]?.toLowerCase();
  if (name && !names.includes(name)) return name;
  let number = names.length + 1;
  while (names.includes(`build-${number}`)) number++;
  return `build-${number}`;
}
