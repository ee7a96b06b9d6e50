import type { EnvironmentSummary, WorkspaceModel } from '../../../../server/src/protocol.ts';
import { fail } from '../../errors.ts';
import { environmentKey } from '../../state/environmentWatches.ts';
import type { Subject } from '../../tree/node.ts';
import { dotted } from '../../tree/words.ts';
import type { CommandContext } from './command.ts';

/** The environment that the subject names, else the one that the user picks among all of the workspace. */
export async function chooseEnvironmentAlone(
  context: CommandContext,
  model: WorkspaceModel,
  subject: Subject,
  verb: string,
): Promise<EnvironmentSummary | undefined> {
  const named = model.environments.find((environment) => environmentKey(environment) === subject.environment);
  if (named) return named;
  if (model.environments.length === 0) {
    throw fail('configuration', 'There is no environment in this workspace.', 'Describe them in waybill.environments.yaml.');
  }
  const current = (environment: EnvironmentSummary) => (environmentKey(environment) === context.state.current.get() ? 0 : 1);
  const ordered = [...model.environments].sort((one, other) => current(one) - current(other));
  return context.ui.pick({
    title: verb,
    placeholder: 'Which environment?',
    choices: ordered.map((environment) => ({
      label: environment.name,
      description: dotted(environment.product, environment.protected.on && 'protected', environment.target.kind),
      icon: environment.protected.on ? 'lock' : 'server-environment',
      value: environment,
    })),
  });
}
