import { type Command, onRow } from './contract/command.ts';

/** Tries again what a row says could not be done: an environment, a builder, or the workspace itself. */
export const retryConnection: Command = {
  contribution: {
    id: 'waybill.connection.retry',
    title: 'Retry',
    icon: 'debug-restart',
    palette: false,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('services', 'failure'), group: 'inline@1' },
      { menu: 'view/item/context', when: onRow('environments', 'failure'), group: 'inline@1' },
      { menu: 'view/item/context', when: onRow('builders', 'failure'), group: 'inline@1' },
    ],
  },
  async run({ state }, subject) {
    if (!subject.environment && !subject.builder) await state.model.refresh();
    if (subject.environment) state.environments.retry(subject.environment);
    if (subject.builder) state.builders.retry(subject.builder);
  },
};
