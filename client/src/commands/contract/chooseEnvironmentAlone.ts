import type { EnvironmentSummary, WorkspaceModel } from '../../../../server/src/protocol.ts';
import { fail } from '../../errors.ts';
import { environmentKey } from '../../state/environmentWatches.ts';
import type { Subject } from '../../tree/node.ts';
import { dotted } from '../../tree/words.ts';
import type { CommandContext } from './command.ts';

/** Those that have a cluster and a namespace; Compose hosts have neither. */
export const onCluster = ({ target }: EnvironmentSummary): boolean => target.kind !== 'compose';

/** The environment that the subject names, else the one that the user picks among all of the workspace that fit. */
export async function chooseEnvironmentAlone(
  context: CommandContext,
  model: WorkspaceModel,
  subject: Subject,
  verb: string,
  fits: (environment: EnvironmentSummary) => boolean = () => true,
): Promise<EnvironmentSummary | undefined> {
  const named = model.environments.find((environment) => environmentKey(environment) === subject.environment);
  if (named) return named;
  if (model.environments.length === 0) {
    throw fail('configuration', 'There is no environment in this workspace.', 'Describe them in waybill.environments.yaml.');
  }
  const fitting = model.environments.filter(fits);
  if (fitting.length === 0) {
    throw fail('configuration', 'No environment of this workspace is on Kubernetes.', 'Add one by Add Environment….');
  }
  const current = (environment: EnvironmentSummary) => (environmentKey(environment) === context.state.current.get() ? 0 : 1);
  const ordered = [...fitting].sort((one, other) => current(one) - current(other));
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
