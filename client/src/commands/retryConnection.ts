import { type Command, onRow } from './contract/command.ts';

/** Tries again what a row says could not be done: an environment, a builder, or the workspace itself. */
export const retryConnection: Command = {
  contribution: {
    id: 'waybill.connection.retry',
    title: 'Retry',
    icon: 'debug-restart',
    palette: false,
    connects: false,
    menus: (['services', 'environments', 'builders'] as const).flatMap((view) =>
      // Inline for the pointer, in the menu for the keyboard.
      ['inline@1', '1_run@1'].map((group) => ({ menu: 'view/item/context' as const, when: onRow(view, 'failure'), group })),
    ),
  },
  async run({ state }, subject) {
    if (!subject.environment && !subject.builder) await state.model.refresh();
    if (subject.environment) state.environments.retry(subject.environment);
    if (subject.builder) state.builders.retry(subject.builder);
  },
};
