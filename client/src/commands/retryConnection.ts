import { type Command, onRow } from './contract/command.ts';

/** Connects again to the one environment or builder that could not be reached. */
export const retryConnection: Command = {
  contribution: {
    id: 'waybill.connection.retry',
    title: 'Retry',
    icon: 'debug-restart',
    palette: false,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('environments', 'failure'), group: 'inline@1' },
      { menu: 'view/item/context', when: onRow('builders', 'failure'), group: 'inline@1' },
    ],
  },
  async run({ state }, subject) {
    if (subject.environment) state.environments.retry(subject.environment);
    if (subject.builder) state.builders.retry(subject.builder);
  },
};
