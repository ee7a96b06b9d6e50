import type { EffectiveService, EnvironmentSummary, ServiceSummary, VerifyCheck } from '../../../server/src/protocol.ts';
import { fail, isCancelled, isWaybillError } from '../errors.ts';
import type { CheckOutcome, DeploymentRecord, Platform, Ports, Verification } from '../ports.ts';
import { abilityOf } from './abilities.ts';
import { commandWords } from './commandWords.ts';
import type { Report } from './events.ts';
import { findEnvironment, findService } from './find.ts';

/** Between two tries of a check; milliseconds. */
const pause = 2_000;
/** A try over HTTP may take so long. */
const answerTime = 10_000;

/** Runs the checks of what runs in an environment and notes the outcome in its record. Throws where there is nothing to check. */
export async function verifyService(
  ports: Ports,
  input: { readonly service: string; readonly environment: string },
  report: Report,
  signal: AbortSignal,
): Promise<Verification> {
  const model = await ports.documents.model(signal);
  const service = findService(model, input.service);
  const environment = findEnvironment(model, service, input.environment);
  const platform = ports.platforms.of(environment.target);
  const history = await platform.history(environment, service.name, signal);
  const record = history.find(({ operation }) => operation === undefined);
  if (record?.result !== 'Succeeded') {
    const why = record ? `its last deployment is ${record.result}` : 'it was never deployed there';
    throw fail('refused', `\`${service.name}\` in \`${environment.name}\` cannot be verified: ${why}.`, 'Deploy it first.');
  }
  return await verifyRecord(ports, { service, environment, platform, record }, report, signal);
}

export interface Verifiable {
  readonly service: ServiceSummary;
  readonly environment: EnvironmentSummary;
  readonly platform: Platform;
  readonly record: DeploymentRecord;
}

/** Every check is run, whatever the others say: who mends one wants to know of all. */
export async function verifyRecord(
  ports: Ports,
  { service, environment, platform, record }: Verifiable,
  report: Report,
  signal: AbortSignal,
): Promise<Verification> {
  const checks = record.effective.verify ?? [];
  if (checks.length === 0) {
    throw fail('configuration', `\`${service.name}\` has no checks.`, 'Describe them under `verify` in waybill.yaml and deploy it.');
  }
  const run = (check: VerifyCheck) => tried(ports, { service, environment, platform, record }, check, signal);
  const outcomes: CheckOutcome[] = [];
  for (const check of checks) {
    report({ type: 'stage', stage: 'verify', message: `checking ${check.name} of ${service.name}` });
    const outcome = await run(check);
    report({ type: 'check', outcome });
    outcomes.push(outcome);
  }
  const verification: Verification = {
    at: ports.clock.now().toISOString(),
    by: await ports.identity.name(),
    passed: outcomes.every(({ passed }) => passed),
    checks: outcomes,
  };
  await abilityOf(platform, 'noteVerification')(environment, service.name, record.sequence, verification, signal);
  return verification;
}

/** Once and then `retries` times more, all within the time of the check. */
async function tried(ports: Ports, what: Verifiable, check: VerifyCheck, signal: AbortSignal): Promise<CheckOutcome> {
  const began = ports.clock.now().getTime();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(check.timeout * 1000)]);
  const done = ({ passed, message, log = [] }: Answer): CheckOutcome => ({
    name: check.name,
    passed,
    message,
    seconds: (ports.clock.now().getTime() - began) / 1000,
    ...(log.length > 0 ? { log } : {}),
  });
  let last: Answer = { passed: false, message: `it did not end within ${check.timeout} s` };
  for (let attempt = 0; attempt <= check.retries && !limit.aborted; attempt++) {
    if (attempt > 0) await ports.clock.sleep(pause, limit).catch(() => undefined);
    try {
      const left = check.timeout - (ports.clock.now().getTime() - began) / 1000;
      last = await askedOnce(ports, what, check, Math.max(1, left), { limit, signal });
      if (last.passed) return done(last);
    } catch (error) {
      signal.throwIfAborted();
      if (isCancelled(error) || limit.aborted) continue;
      last = { passed: false, message: error instanceof Error ? error.message : String(error) };
      // Rights do not come by waiting.
      if (isWaybillError(error) && error.waybill === 'unauthorized') return done({ ...last, message: `${last.message} ${error.advice}` });
    }
  }
  return done(last);
}

/** A job has its own end, so that its log is there when its time is over. */
function askedOnce(
  ports: Ports,
  what: Verifiable,
  check: VerifyCheck,
  seconds: number,
  { limit, signal }: { readonly limit: AbortSignal; readonly signal: AbortSignal },
): Promise<Answer> {
  if (check.http) return askHttp(what, check.http, limit);
  return check.job ? runJob(what, check, seconds, signal) : runCommand(ports, what, check, limit);
}

interface Answer {
  readonly passed: boolean;
  readonly message: string;
  readonly log?: readonly string[];
}

async function runJob(
  { platform, environment, record }: Verifiable,
  { name, job }: VerifyCheck,
  seconds: number,
  signal: AbortSignal,
): Promise<Answer> {
  const env = environmentOf(record.effective, environment, record);
  const url = urlOf(record.effective);
  const order = { environment, record, check: name, env: { ...env, ...(url ? { WAYBILL_URL: url } : {}) }, seconds };
  return await abilityOf(platform, 'runJob')({ ...order, ...job }, signal);
}

/** Where the service answers, from beside it: by its name, on every platform. Undefined where it has no port of its own. */
function urlOf({ name, ports, network, expose }: EffectiveService): string | undefined {
  const port = ports.find((one) => expose.ports.includes(one.name)) ?? ports[0];
  return port && network === 'bridge' ? `http://${name}:${port.port}` : undefined;
}

async function askHttp(
  { platform, environment, record }: Verifiable,
  request: NonNullable<VerifyCheck['http']>,
  signal: AbortSignal,
): Promise<Answer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(answerTime)]);
  const { status, from } = await abilityOf(platform, 'askHttp')(environment, record.effective, request, limit);
  return { passed: status >= 200 && status < 400, message: `${request.path} answered ${status} (${from})` };
}

async function runCommand(
  ports: Ports,
  { service, environment, record }: Verifiable,
  check: VerifyCheck,
  signal: AbortSignal,
): Promise<Answer> {
  if (!ports.programs) throw fail('configuration', 'No commands can be run here.', 'Run `waybill verify` in a terminal.');
  const [program = '', ...args] = commandWords(check.command ?? '');
  const order = {
    program,
    args,
    folder: service.folder,
    env: environmentOf(record.effective, environment, record),
    timeout: check.timeout * 1000,
  };
  const { code, output } = await ports.programs.run(order, signal);
  const lastLine = output.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  return { passed: code === 0, message: `\`${check.command}\` ended with ${code}${lastLine ? `: ${lastLine}` : ''}` };
}

/** What a check may want to know; never a secret. */
function environmentOf(
  service: EffectiveService,
  environment: EnvironmentSummary,
  record: DeploymentRecord,
): Readonly<Record<string, string>> {
  return {
    WAYBILL_SERVICE: service.name,
    WAYBILL_PRODUCT: service.product,
    WAYBILL_ENVIRONMENT: environment.name,
    WAYBILL_RELEASE: record.release,
    WAYBILL_IMAGE: `${record.image.repository}@${record.image.digest}`,
  };
}
