import type { EnvironmentSummary, ServiceSummary, WorkspaceModel } from '../../../../server/src/protocol.ts';
import { fail } from '../../errors.ts';
import type { ServiceState } from '../../ports.ts';
import { environmentKey } from '../../state/environmentWatches.ts';
import type { Subject } from '../../tree/node.ts';
import { chooseEnvironment, chooseService } from './choose.ts';
import type { CommandContext } from './command.ts';

export interface RunningQuestion {
  readonly verb: string;
  /** Which of the services that run are offered; all by default. */
  readonly fits?: (state: ServiceState) => boolean;
  /** Kinds of targets that cannot do it. */
  readonly without?: readonly string[];
}

export interface RunningService {
  readonly service: ServiceSummary;
  readonly environment: EnvironmentSummary;
}

/**
 * A service and a place where it runs: what the subject names, else what the user picks of what is seen to run on a platform that can do
 * it. While nothing is known yet, everything is offered.
 */
export async function chooseRunning(
  context: CommandContext,
  model: WorkspaceModel,
  subject: Subject,
  { verb, fits = () => true, without = [] }: RunningQuestion,
): Promise<RunningService | undefined> {
  const able = model.environments.filter(({ target }) => !without.includes(target.kind));
  const seen = seenIn(context, able, fits);
  const known = seen !== undefined && subject.environment === undefined;
  const runs = (service: ServiceSummary, environment: EnvironmentSummary): boolean =>
    environment.product === service.product && (seen?.get(environmentKey(environment))?.has(service.name) ?? false);
  const services = known ? model.services.filter((service) => able.some((environment) => runs(service, environment))) : model.services;
  if (known && services.length === 0) throw nowhere(verb);
  const service = await chooseService(context, { ...model, services }, subject, verb);
  if (!service) return undefined;
  const places = known ? able.filter((environment) => runs(service, environment)) : able;
  const [only] = places;
  if (known && !only) throw nowhere(verb);
  if (known && only && places.length === 1) return { service, environment: only };
  const question = { verb, fits: () => undefined };
  const environment = await chooseEnvironment(context, { ...model, environments: places }, service, subject, question);
  return environment && { service, environment };
}

/** Names of what runs, by environment; undefined while no environment is seen. */
function seenIn(
  { state }: CommandContext,
  environments: readonly EnvironmentSummary[],
  fits: (state: ServiceState) => boolean,
): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const watches = state.environments.store.get();
  const live = environments.flatMap((environment) => {
    const key = environmentKey(environment);
    const watch = watches.get(key);
    if (watch?.state !== 'live') return [];
    const running = watch.value.services.filter((service) => service.health !== 'Missing' && fits(service));
    return [[key, new Set(running.map(({ service }) => service.slice(service.lastIndexOf('/') + 1)))] as const];
  });
  return live.length > 0 ? new Map(live) : undefined;
}

const nowhere = (verb: string): Error =>
  fail(
    'refused',
    `${verb}: there is nothing for it that runs.`,
    'Deploy a release to an environment first; what runs is in the view Environments.',
  );
