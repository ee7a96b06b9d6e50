import type { EnvironmentSummary, ServiceSummary, WorkspaceModel } from '../../../../server/src/protocol.ts';
import { fail } from '../../errors.ts';
import { environmentKey } from '../../state/environmentWatches.ts';
import { environmentsOf } from '../../state/releaseLists.ts';
import type { Subject } from '../../tree/node.ts';
import { dotted } from '../../tree/words.ts';
import type { CommandContext } from './command.ts';
import type { Choice } from './ui.ts';

/** The workspace as last answered; asks the server when nothing has been answered yet. */
export async function currentModel(context: CommandContext): Promise<WorkspaceModel> {
  if (context.state.model.store.get().state !== 'ready') await context.state.model.refresh();
  const load = context.state.model.store.get();
  if (load.state === 'ready') return load.value;
  const failure = load.state === 'failed' ? load.failure : undefined;
  throw fail(
    failure?.kind ?? 'internal',
    failure?.message ?? 'The workspace has not been read yet.',
    failure?.advice ?? 'Try again in a moment.',
  );
}

/** The service that the subject names, else the one that the user picks; a single one is taken without asking. */
export async function chooseService(
  context: CommandContext,
  model: WorkspaceModel,
  subject: Subject,
  verb: string,
): Promise<ServiceSummary | undefined> {
  if (subject.service) {
    const found = model.services.find((service) => service.id === subject.service);
    if (found) return found;
    throw fail(
      'configuration',
      `There is no service \`${subject.service}\` in this workspace.`,
      'Open the folder that holds its waybill.yaml.',
    );
  }
  if (model.services.length === 0) {
    throw fail(
      'configuration',
      'There is no service in this workspace: no waybill.yaml was found.',
      'Create a waybill.yaml beside a Dockerfile.',
    );
  }
  if (model.services.length === 1) return model.services[0];
  return context.ui.pick({
    title: verb,
    placeholder: 'Which service?',
    choices: [...model.services].sort(byName).map((service) => ({
      label: service.name,
      description: dotted(service.title, service.product),
      icon: 'package',
      value: service,
    })),
  });
}

function byName(one: ServiceSummary, other: ServiceSummary): number {
  return one.name.localeCompare(other.name);
}

/** The environment that the subject names, else the one that the user picks among the service's. */
export async function chooseEnvironment(
  context: CommandContext,
  model: WorkspaceModel,
  service: ServiceSummary,
  subject: Subject,
  question: { readonly verb: string; readonly fits: (environment: EnvironmentSummary) => string | undefined },
): Promise<EnvironmentSummary | undefined> {
  const all = environmentsOf(model, service);
  const named = subject.environment && all.find((environment) => environmentKey(environment) === subject.environment);
  if (named) return named;
  if (all.length === 0) {
    throw fail(
      'configuration',
      `No environment is described for \`${service.product}\`.`,
      'Describe its environments in waybill.environments.yaml.',
    );
  }
  const isCurrent = (environment: EnvironmentSummary) => environmentKey(environment) === context.state.current.get();
  const ordered = [...all.filter(isCurrent), ...all.filter((environment) => !isCurrent(environment))];
  const choices = ordered.map((environment) => environmentChoice(environment, question.fits(environment)));
  return context.ui.pick({ title: question.verb, placeholder: `Where? (${service.name})`, choices });
}

function environmentChoice(environment: EnvironmentSummary, unmet: string | undefined): Choice<EnvironmentSummary> {
  return {
    label: environment.name,
    description: environment.protected.on ? `protected · ${environment.target.kind}` : environment.target.kind,
    ...(unmet ? { detail: unmet } : {}),
    icon: environment.protected.on ? 'lock' : 'server-environment',
    value: environment,
  };
}
