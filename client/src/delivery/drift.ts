import type { EnvironmentSummary, ServiceSummary } from '../../../server/src/protocol.ts';
import { fail, isCancelled, isWaybillError } from '../errors.ts';
import type { DeployResult, Drift, DriftedField, Platform, Ports } from '../ports.ts';
import { abilityOf } from './abilities.ts';
import type { Report } from './events.ts';
import { findEnvironment, findService } from './find.ts';
import { originGates, refuseUnmet } from './gates.ts';
import { inTurns } from './inTurns.ts';
import type { OperationQuestions } from './operate.ts';
import { windowGates } from './windows.ts';

export interface DriftInput {
  readonly environment: string;
  /** Absent: every service of the environment's product. */
  readonly service?: string;
}

/** The drift of one service, judged by the environment. */
export interface ServiceDrift {
  readonly service: ServiceSummary;
  readonly environment: EnvironmentSummary;
  readonly drift: Drift;
  /** What the environment does not ignore. */
  readonly fields: readonly DriftedField[];
  readonly ignored: readonly DriftedField[];
  /** Another image than the deployed one in a protected environment is an error; everything else a warning. */
  readonly severity: 'none' | 'warning' | 'error';
}

/** What differs from what was deployed, for one service or for all of an environment. */
export async function driftIn(ports: Ports, input: DriftInput, signal: AbortSignal): Promise<readonly ServiceDrift[]> {
  const model = await ports.documents.model(signal);
  const named = input.service === undefined ? undefined : findService(model, input.service);
  const products = model.environments.filter(({ name }) => name === input.environment).map(({ product }) => product);
  const services = named ? [named] : model.services.filter(({ product }) => products.includes(product));
  if (services.length === 0) {
    throw fail('configuration', `There is no environment \`${input.environment}\` with services here.`, 'See `waybill status` for all.');
  }
  return await inTurns(services, 4, async (service) => {
    const environment = findEnvironment(model, service, input.environment);
    const platform = ports.platforms.of(environment.target);
    const drift = await abilityOf(platform, 'drift')(environment, service.name, signal);
    return judged(service, environment, drift);
  });
}

function judged(service: ServiceSummary, environment: EnvironmentSummary, drift: Drift): ServiceDrift {
  const patterns = (environment.ignoreDrift ?? []).map(patternOf);
  const isIgnored = ({ path, image }: DriftedField) => !image && patterns.some((pattern) => pattern.test(path));
  const fields = drift.fields.filter((field) => !isIgnored(field));
  const wrongImage = environment.protected.on && fields.some(({ image }) => image);
  return {
    service,
    environment,
    drift,
    fields,
    ignored: drift.fields.filter(isIgnored),
    severity: wrongImage ? 'error' : fields.length > 0 ? 'warning' : 'none',
  };
}

/** `*` stands for any part of a path; a path also stands for what is below it. */
function patternOf(text: string): RegExp {
  const escaped = text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}(?:$|[.[])`);
}

/** Sets a service back to what was deployed. Undefined when the person turned away: nothing was written. */
export async function reapply(
  ports: Ports,
  found: ServiceDrift,
  questions: OperationQuestions,
  report: Report,
  signal: AbortSignal,
): Promise<DeployResult | undefined> {
  const { environment, service, drift, fields } = found;
  refuseUnmet(`Setting ${service.name} back`, environment, [
    ...windowGates(environment, ports.clock.now()),
    ...originGates(environment, ports.identity),
  ]);
  const question = {
    service: service.name,
    environment: environment.name,
    message: `Set ${service.name} in ${environment.name} back to ${drift.record?.alias ?? 'what was deployed'}?`,
    warnings: fields.map(fieldText),
  };
  if (!(await questions.confirm(question))) return undefined;
  if (environment.protected.confirm === 'type-name') {
    const typed = await questions.typeName(question, environment.name);
    if (typed === undefined) return undefined;
    if (typed !== environment.name) {
      throw fail('refused', `\`${typed}\` is not the name of the environment.`, `Type \`${environment.name}\` to do it there.`);
    }
  }
  const platform: Platform = ports.platforms.of(environment.target);
  const order = { environment, drift: { ...drift, fields }, by: await ports.identity.name() };
  try {
    return await abilityOf(platform, 'reapply')(order, (event) => report({ type: 'deploy', event }), signal);
  } catch (error) {
    if (isCancelled(error) || isWaybillError(error)) throw error;
    throw fail('internal', error instanceof Error ? error.message : String(error), 'Look at the drift again.', { cause: error });
  }
}

/** `apps/v1/Deployment/order-api spec.replicas: 1 → 2, by kubectl on 2026-11-24 12:30`. */
export function fieldText({ object, path, deployed, live, by, at }: DriftedField): string {
  const what = path === '' ? `${object} is gone` : `${object} ${path}: ${deployed ?? 'nothing'} → ${live ?? 'nothing'}`;
  const who = by ? `, by ${by}` : '';
  return `${what}${who}${at ? ` on ${at.slice(0, 16).replace('T', ' ')} UTC` : ''}`;
}
