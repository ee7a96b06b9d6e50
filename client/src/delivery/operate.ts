import type { EnvironmentSummary, ServiceSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DeployResult, Operation, Platform, Ports, Workload } from '../ports.ts';
import { abilityOf, notAbleTo } from './abilities.ts';
import type { Report } from './events.ts';
import { findEnvironment, findService } from './find.ts';
import { forbidden, refuseUnmet } from './gates.ts';

export interface OperateInput {
  readonly service: string;
  readonly environment: string;
  readonly operation: Operation;
}

/** An operation as it is put to a person. */
export interface OperationQuestion {
  readonly service: string;
  readonly environment: string;
  /** `Scale order-api in production from 4 to 1?` */
  readonly message: string;
  /** What to mind, one line each. */
  readonly warnings: readonly string[];
}

export interface OperationQuestions {
  confirm(question: OperationQuestion): Promise<boolean>;
  /** What was typed when asked for `name`; undefined when dismissed. */
  typeName(question: OperationQuestion, name: string): Promise<string | undefined>;
}

/** An operation that was looked into and not confirmed yet. Nothing has been written. */
export interface PreparedOperation {
  readonly service: ServiceSummary;
  readonly environment: EnvironmentSummary;
  readonly platform: Platform;
  readonly operation: Operation;
  readonly workload: Workload;
  readonly question: OperationQuestion;
  /** The environment's name must be typed (S13). */
  readonly typed: boolean;
}

/** Looks into an operation: forbidden verbs and closed windows, what runs now, and what it would mean. */
export async function prepareOperation(ports: Ports, input: OperateInput, signal: AbortSignal): Promise<PreparedOperation> {
  const model = await ports.documents.model(signal);
  const service = findService(model, input.service);
  const environment = findEnvironment(model, service, input.environment);
  const { operation } = input;
  requireAmount(operation);
  const verb = operation.kind === 'scale' && operation.replicas === 0 ? 'scale-to-zero' : operation.kind;
  refuseUnmet(`\`${verb}\` of ${service.name}`, environment, forbidden(environment, verb));
  const platform = ports.platforms.of(environment.target);
  abilityOf(platform, 'operate');
  const workload = await abilityOf(platform, 'workload')(environment, service.name, signal);
  if (!workload) {
    throw fail('refused', `\`${service.name}\` does not run in \`${environment.name}\`.`, 'Deploy a release first.');
  }
  if (workload.cannot?.includes(operation.kind)) throw notAbleTo(platform.kind, operation.kind);
  const warnings = warningsOf(operation, workload);
  const message = `${wordsOf(operation, service.name, environment.name, workload)}?`;
  const drop = operation.kind === 'scale' && operation.replicas <= workload.replicas / 2 && workload.replicas > 0;
  return {
    service,
    environment,
    platform,
    operation,
    workload,
    question: { service: service.name, environment: environment.name, message, warnings },
    typed: environment.protected.on && (environment.protected.confirm === 'type-name' || drop),
  };
}

/** Asks, and does it. Undefined when the person turned away: nothing was written. Throws `refused` on a wrong name. */
export async function operate(
  ports: Ports,
  input: OperateInput,
  questions: OperationQuestions,
  report: Report,
  signal: AbortSignal,
): Promise<DeployResult | undefined> {
  const prepared = await prepareOperation(ports, input, signal);
  const { environment, operation, platform, question, service, workload } = prepared;
  report({ type: 'stage', stage: 'confirm', message: 'waits for your answer' });
  if (!(await agreed(prepared, questions))) return undefined;
  signal.throwIfAborted();
  report({ type: 'stage', stage: 'deploy', message: question.message.slice(0, -1) });
  const order = { environment, service: service.name, operation, by: await ports.identity.name(), version: workload.version };
  return await abilityOf(platform, 'operate')(order, (event) => report({ type: 'deploy', event }), signal);
}

async function agreed({ question, environment, typed }: PreparedOperation, questions: OperationQuestions): Promise<boolean> {
  if (!(await questions.confirm(question))) return false;
  if (!typed) return true;
  const name = await questions.typeName(question, environment.name);
  if (name === undefined) return false;
  if (name === environment.name) return true;
  throw fail('refused', `\`${name}\` is not the name of the environment.`, `Type \`${environment.name}\` to do it there.`);
}

function requireAmount(operation: Operation): void {
  if (operation.kind !== 'scale' || (Number.isInteger(operation.replicas) && operation.replicas >= 0 && operation.replicas <= 10_000))
    return;
  throw fail('usage', `${operation.replicas} is no number of instances.`, 'Write a whole number from 0.');
}

function wordsOf(operation: Operation, service: string, environment: string, { replicas }: Workload): string {
  if (operation.kind === 'scale') return `Scale ${service} in ${environment} from ${replicas} to ${operation.replicas}`;
  return `${{ restart: 'Restart', pause: 'Pause', resume: 'Resume' }[operation.kind]} ${service} in ${environment}`;
}

function warningsOf(operation: Operation, workload: Workload): readonly string[] {
  const { replicas, ready, paused, auto } = workload;
  if (operation.kind === 'scale') {
    return [
      ...(operation.replicas === 0 ? ['No instance is left: every request fails until it is scaled up again.'] : []),
      ...(operation.replicas > 0 && operation.replicas <= replicas / 2
        ? [`${Math.round((1 - operation.replicas / replicas) * 100)} % of the capacity goes.`]
        : []),
      ...(auto ? [`${auto.by} sets the number between ${auto.min} and ${auto.max}: change \`scale.auto\` instead.`] : []),
      'It lasts until the next deployment; `scale.replicas` in the manifest makes it last.',
    ];
  }
  if (operation.kind === 'restart') {
    return [
      ...(paused ? ['It is paused: nothing restarts until it is resumed.'] : []),
      ...(ready < replicas ? [`Only ${ready} of ${replicas} instances are ready now.`] : []),
    ];
  }
  if (operation.kind === 'pause') return ['Deployments and restarts wait until it is resumed; what runs goes on running.'];
  return paused ? [] : ['It is not paused.'];
}
