import { failureSentences } from '../state/failure.ts';
import type { Command } from './contract/command.ts';

/** Tells the whole story of a row that says that something could not be reached. */
export const showFailure: Command = {
  contribution: { id: 'waybill.failure.show', title: 'Show What Went Wrong', icon: 'info', palette: false, connects: false, menus: [] },
  async run(context, subject) {
    const environment = subject.environment ? context.state.environments.store.get().get(subject.environment) : undefined;
    const builder = subject.builder ? context.state.builders.store.get().get(subject.builder) : undefined;
    const load = context.state.model.store.get();
    const failure =
      (environment?.state === 'failed' && environment.failure) ||
      (builder?.state === 'failed' && builder.failure) ||
      (load.state === 'failed' && load.failure);
    if (!failure) return;
    const retry = {
      label: 'Retry',
      run: () => context.runCommand(load.state === 'failed' ? 'waybill.views.refresh' : 'waybill.connection.retry', subject),
    };
    context.ui.warn(failureSentences(failure), [retry]);
  },
};
