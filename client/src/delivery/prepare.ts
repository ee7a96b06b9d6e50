import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { IsolationReport, Plan, PlanChoices, Ports } from '../ports.ts';
import { abilityOf } from './abilities.ts';
import { choicesOf } from './choices.ts';
import { confirmed, type Deployed } from './deploy.ts';
import type { Questions, Report } from './events.ts';

/** What an environment would be given: namespace, quota, limits, network policies. Nothing is written. */
export function planPreparation(ports: Ports, environment: EnvironmentSummary, choices: PlanChoices, signal: AbortSignal): Promise<Plan> {
  return abilityOf(ports.platforms.of(environment.target), 'planPreparation')(environment, choices, signal);
}

/** Plan → decisions → confirmation → apply. Throws `refused` when the plan forbids it. */
export async function prepareEnvironment(
  ports: Ports,
  environment: EnvironmentSummary,
  questions: Questions,
  report: Report,
  signal: AbortSignal,
): Promise<Deployed> {
  report({ type: 'stage', stage: 'plan', message: `planning what ${environment.name} is given` });
  const plan = await decidedPlan(ports, environment, questions, signal);
  report({ type: 'plan', plan });
  if (plan.refusals.length > 0) {
    throw fail('refused', `\`${environment.name}\` cannot be prepared: ${plan.refusals.join('; ')}`, 'Remove the causes and plan again.');
  }
  if (plan.changes.every(({ change }) => change === 'unchanged')) {
    return { plan, result: { outcome: 'Succeeded', message: `${environment.name} is prepared already.` } };
  }
  report({ type: 'stage', stage: 'confirm', message: 'the plan waits for your answer' });
  if (!(await confirmed(plan, environment, questions))) return { plan };
  signal.throwIfAborted();
  const prepare = abilityOf(ports.platforms.of(environment.target), 'prepare');
  const result = await prepare(plan, (event) => report({ type: 'deploy', event }), signal);
  return { plan, result };
}

async function decidedPlan(ports: Ports, environment: EnvironmentSummary, questions: Questions, signal: AbortSignal): Promise<Plan> {
  const plan = await planPreparation(ports, environment, {}, signal);
  const decision = plan.conflicts?.length ? await questions.decide?.(plan, []) : undefined;
  const choices = decision && choicesOf({ plan }, decision);
  return choices ? planPreparation(ports, environment, choices, signal) : plan;
}

/** How far an environment is apart from others. */
export function isolationReport(ports: Ports, environment: EnvironmentSummary, signal: AbortSignal): Promise<IsolationReport> {
  return abilityOf(ports.platforms.of(environment.target), 'isolation')(environment, signal);
}

const signs = { closed: '✓', open: '✗', unknown: '?' } as const;

/** The report as Markdown: what is open first. */
export function isolationText({ environment, identity, checks }: IsolationReport): string {
  const order = ['open', 'unknown', 'closed'];
  const sorted = [...checks].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const open = checks.filter(({ state }) => state === 'open').length;
  return [
    `# Isolation of ${environment}`,
    '',
    open === 0 ? 'Nothing is open, as far as the API tells.' : `${open} of ${checks.length} checks found something open.`,
    '',
    ...identity.map((line) => `- ${line}`),
    '',
    ...sorted.map(({ name, state, message, advice }) => `- ${signs[state]} **${name}**: ${message}${advice ? ` *${advice}*` : ''}`),
    '',
  ].join('\n');
}
