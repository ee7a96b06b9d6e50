import { createHash } from 'node:crypto';
import type { EnvironmentSummary, ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail, isCancelled, isWaybillError } from '../errors.ts';
import type { DeployResult, Plan, Ports } from '../ports.ts';
import { applyPrepared, confirmed, type PreparedDeployment, planRelease } from './deploy.ts';
import { dependants, inDependencyOrder } from './environmentOrder.ts';
import type { DeliveryEvent, Questions } from './events.ts';
import { findEnvironment, findService } from './find.ts';
import { inTurns } from './inTurns.ts';
import { releaseChoices } from './releases.ts';

export interface DeployEnvironmentInput {
  readonly environment: string;
  /** Needed where several products have an environment of that name. */
  readonly product?: string;
  /** The releases that run in this environment; absent: the newest that may go. */
  readonly like?: string;
  /** Only these services, by id or name. */
  readonly services?: readonly string[];
  readonly reason?: string;
}

/** A service that is left out, and why. */
export interface LeftOut {
  readonly service: string;
  readonly reason: string;
}

/** All services of a product in one environment, planned together. Nothing has been written. */
export interface PreparedEnvironment {
  readonly environment: EnvironmentSummary;
  /** In the order of their application. */
  readonly parts: readonly PreparedDeployment[];
  readonly leftOut: readonly LeftOut[];
  readonly plan: Plan;
}

export interface EnvironmentOutcome {
  readonly service: string;
  readonly release: string;
  /** Absent: it was not tried. */
  readonly result?: DeployResult;
  readonly reason?: string;
}

export interface DeployedEnvironment {
  readonly plan: Plan;
  /** Empty when it was not confirmed: nothing was written. */
  readonly outcomes: readonly EnvironmentOutcome[];
}

export interface EnvironmentQuestions extends Questions {
  /** After a failure: go on with the services that do not depend on the one that failed? */
  goOn(service: string, result: DeployResult, left: readonly string[]): Promise<boolean>;
}

/** What a use-case over several services tells, and of which. */
export type ServiceReport = (service: string, event: DeliveryEvent) => void;

/** So many services are planned at a time. */
const atOnce = 4;

/** Plans every service of the product, those that others depend on first. Services without a release that may go are left out and named. */
export async function planEnvironment(
  ports: Ports,
  input: DeployEnvironmentInput,
  report: ServiceReport,
  signal: AbortSignal,
): Promise<PreparedEnvironment> {
  const model = await ports.documents.model(signal);
  const { environment, services } = resolve(model, input);
  const leftOut: LeftOut[] = [];
  const planned = await inTurns(inDependencyOrder(services), atOnce, async (service) => {
    const release = await wantedRelease(ports, model, service, input, signal);
    if ('reason' in release) {
      leftOut.push({ service: service.name, reason: release.reason });
      return [];
    }
    const order = { service: service.id, environment: environment.name, release: release.id };
    const reason = input.reason ? { reason: input.reason } : {};
    return [await planRelease(ports, { ...order, ...reason }, (event) => report(service.name, event), signal)];
  });
  const parts = planned.flat();
  if (parts.length === 0) {
    const advice = 'Release a service first, or take it through the environments before this one.';
    throw fail('refused', `There is nothing to deploy to \`${environment.name}\`: ${whyNothing(leftOut)}.`, advice);
  }
  return { environment, parts, leftOut, plan: together(environment, parts, leftOut) };
}

/** The reasons, each once, with the first few of those that it keeps out. */
function whyNothing(leftOut: readonly LeftOut[]): string {
  const said = [...new Set(leftOut.map(({ reason }) => reason))].map((reason) => {
    const of = leftOut.filter((one) => one.reason === reason);
    const names = of.slice(0, 3).map(({ service }) => `\`${service}\``);
    return `${reason} (${[...names, ...(of.length > 3 ? [`${of.length - 3} more`] : [])].join(', ')})`;
  });
  return said.join('; ') || 'no service';
}

/** One plan, one confirmation, then one service after another; after a failure it stops, or goes on with what does not depend on it. */
export async function deployEnvironment(
  ports: Ports,
  input: DeployEnvironmentInput,
  questions: EnvironmentQuestions,
  report: ServiceReport,
  signal: AbortSignal,
): Promise<DeployedEnvironment> {
  const prepared = await planEnvironment(ports, input, report, signal);
  const { plan, environment } = prepared;
  report('', { type: 'plan', plan });
  if (plan.refusals.length > 0) {
    throw fail(
      'refused',
      `The plan for \`${environment.name}\` may not be applied: ${plan.refusals.join('; ')}`,
      'Remove the causes and plan again.',
    );
  }
  report('', { type: 'stage', stage: 'confirm', message: 'the plan waits for your answer' });
  if (!(await confirmed(plan, environment, questions))) return { plan, outcomes: [] };
  return { plan, outcomes: await applyParts(ports, prepared, questions, report, signal) };
}

async function applyParts(
  ports: Ports,
  { parts, environment }: PreparedEnvironment,
  questions: EnvironmentQuestions,
  report: ServiceReport,
  signal: AbortSignal,
): Promise<readonly EnvironmentOutcome[]> {
  const agreed: Questions = { confirm: async () => true, typeName: async () => environment.name };
  const outcomes: EnvironmentOutcome[] = [];
  const barred = new Map<string, string>();
  const services = parts.map(({ service }) => service);
  for (const [index, part] of parts.entries()) {
    const service = part.service.name;
    const told = { service, release: part.intent.release };
    const bar = barred.get(service);
    if (bar !== undefined || signal.aborted) {
      outcomes.push({ ...told, reason: bar ?? 'stopped before it' });
      continue;
    }
    const result = await tried(ports, part, agreed, (event) => report(service, event), signal);
    outcomes.push({ ...told, result });
    if (result.outcome === 'Succeeded') continue;
    const left = services.slice(index + 1).map(({ name }) => name);
    const goes = left.length > 0 && !signal.aborted && (await questions.goOn(service, result, left));
    const below = dependants(services, service);
    for (const name of left) if (!goes || below.has(name)) barred.set(name, goes ? `depends on ${service}` : `stopped after ${service}`);
  }
  return outcomes;
}

/** What cannot be done for one service is its outcome, as the others have theirs. */
async function tried(
  ports: Ports,
  part: PreparedDeployment,
  agreed: Questions,
  report: (event: DeliveryEvent) => void,
  signal: AbortSignal,
): Promise<DeployResult> {
  try {
    const { result } = await applyPrepared(ports, part, agreed, report, signal);
    return result ?? { outcome: 'Aborted', message: 'It was not confirmed.' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const advice = isWaybillError(error) ? ` ${error.advice}` : '';
    return { outcome: isCancelled(error) || signal.aborted ? 'Aborted' : 'Errored', message: `${message}${advice}` };
  }
}

function resolve(model: WorkspaceModel, input: DeployEnvironmentInput) {
  const products = [...new Set(model.environments.filter(({ name }) => name === input.environment).map(({ product }) => product))];
  const product = input.product ?? (products.length === 1 ? products[0] : undefined);
  if (product === undefined && products.length > 1) {
    const names = products.map((name) => `\`${name}\``).join(', ');
    throw fail('configuration', `Several products have an environment \`${input.environment}\`: ${names}.`, 'Name the product.');
  }
  const named = input.services?.map((name) => findService(model, name));
  const services = (named ?? model.services).filter((service) => product === undefined || service.product === product);
  const [first] = services;
  if (!first) throw fail('configuration', `There are no services of \`${product ?? input.environment}\` here.`, 'Open their folder.');
  return { environment: findEnvironment(model, first, input.environment), services };
}

/** The release that is to go, or why none is. */
async function wantedRelease(
  ports: Ports,
  model: WorkspaceModel,
  service: ServiceSummary,
  { environment, like }: DeployEnvironmentInput,
  signal: AbortSignal,
): Promise<{ readonly id: string } | { readonly reason: string }> {
  if (like !== undefined) {
    const other = findEnvironment(model, service, like);
    const history = await ports.platforms.of(other.target).history(other, service.name, signal);
    const running = history.find(({ result }) => result === 'Succeeded');
    return running ? { id: running.release } : { reason: `nothing has succeeded in ${like}` };
  }
  const { choices } = await releaseChoices(ports, { service: service.id, environment }, signal);
  const [best] = choices;
  if (!best) return { reason: 'no release yet' };
  const [unmet] = best.unmet;
  return unmet ? { reason: `${unmet.message}: ${unmet.remedy}` } : { id: best.release.id };
}

/** The plans as one: each line says whose it is. */
function together(environment: EnvironmentSummary, parts: readonly PreparedDeployment[], leftOut: readonly LeftOut[]): Plan {
  const plans = parts.map(({ plan }) => plan);
  const [first] = plans;
  if (!first) throw fail('internal', 'There is no plan.', 'Report this.');
  const of = (lines: (plan: Plan) => readonly string[]) => plans.flatMap((plan) => lines(plan).map((line) => `${plan.service}: ${line}`));
  const typed = of((plan) => (plan.typed ? [plan.typed] : []));
  return {
    environment: environment.name,
    service: `${parts.length} ${parts.length === 1 ? 'service' : 'services'} of ${environment.product}`,
    release: plans.map(({ service, release }) => `${service} ${release}`).join(', '),
    image: first.image,
    identity: [...new Set(plans.flatMap(({ identity }) => identity))],
    changes: plans.flatMap(({ service, changes }) => changes.map((change) => ({ ...change, object: `${service}: ${change.object}` }))),
    warnings: [...leftOut.map(({ service, reason }) => `${service} is left out: ${reason}`), ...of(({ warnings }) => warnings)],
    refusals: of(({ refusals }) => refusals),
    ...(typed.length > 0 ? { typed: typed.join('; ') } : {}),
    hash: `sha256:${createHash('sha256')
      .update(plans.map(({ hash }) => hash).join('\n'))
      .digest('hex')}`,
    token: undefined,
    parts: plans,
  };
}
