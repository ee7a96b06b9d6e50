/** Decisions on a plan: what others hold is taken over or left, what the service no longer has is removed. The plan is then drawn anew. */
import { fail } from '../errors.ts';
import type { DeployIntent, PlanChoices } from '../ports.ts';
import { type Adoption, adoptionsOf } from './adoption.ts';
import type { Decision } from './decision.ts';
import type { Questions, Report } from './events.ts';
import type { PreparedDeployment } from './prepared.ts';

export type { Decision } from './decision.ts';

/** The choices of a decision; undefined when it decides nothing. */
export function choicesOf({ plan }: Pick<PreparedDeployment, 'plan'>, decision: Decision): PlanChoices | undefined {
  const objects = [...new Set((plan.conflicts ?? []).map(({ object }) => object))];
  const choices = {
    ...(decision.conflicts === 'take-over' && objects.length > 0 ? { takeOver: objects } : {}),
    ...(decision.conflicts === 'leave' && objects.length > 0 ? { leave: objects } : {}),
    ...(decision.prune && plan.leftovers?.length ? { prune: true } : {}),
  };
  return Object.keys(choices).length > 0 ? choices : undefined;
}

/**
 * Asks where there is something to decide, and plans again with the answer: what is confirmed afterwards is what will be done. After
 * values were adopted into the manifest the rest is asked once more.
 */
export async function decided(
  prepared: PreparedDeployment,
  questions: Questions,
  report: Report,
  signal: AbortSignal,
): Promise<PreparedDeployment> {
  const { plan, intent } = prepared;
  if (!questions.decide || !(plan.conflicts?.length || plan.leftovers?.length)) return prepared;
  const adoptable = questions.adopt && prepared.again ? adoptableOf(prepared) : [];
  const decision = await questions.decide(plan, adoptable);
  if (decision?.conflicts === 'adopt') {
    const adopted = await adopt(prepared, adoptable, questions, report, signal);
    return await decided(adopted, questions, report, signal);
  }
  const choices = decision && choicesOf(prepared, decision);
  return choices ? await plannedAgain(prepared, { ...intent, choices }, report, signal) : prepared;
}

/** What adopting would write into the manifest. */
export function adoptableOf({ plan, service, environment }: Pick<PreparedDeployment, 'plan' | 'service' | 'environment'>) {
  return adoptionsOf({ service: service.id, environment: environment.name }, plan.conflicts ?? []);
}

/** Writes the values into the manifest and plans what it says then. It is done once: whoever goes on setting other values is told of. */
export async function adopt(
  { again, ...prepared }: PreparedDeployment,
  adoptable: readonly Adoption[],
  questions: Pick<Questions, 'adopt'>,
  report: Report,
  signal: AbortSignal,
): Promise<PreparedDeployment> {
  if (!again || !questions.adopt || adoptable.length === 0) {
    throw fail(
      'refused',
      'What others set cannot be written into waybill.yaml: it says nothing of these fields, or the configuration is that of a record.',
      'Take the fields over, or leave them.',
    );
  }
  report({ type: 'stage', stage: 'plan', message: `writing ${adoptable.map(({ path }) => path).join(', ')} into waybill.yaml` });
  await questions.adopt(adoptable, signal);
  return await plannedAgain(prepared, await again(signal), report, signal);
}

async function plannedAgain(
  prepared: PreparedDeployment,
  intent: DeployIntent,
  report: Report,
  signal: AbortSignal,
): Promise<PreparedDeployment> {
  const { plan, platform, notes = [] } = prepared;
  report({ type: 'stage', stage: 'plan', message: `planning ${plan.service} in ${plan.environment} again` });
  const drawn = await platform.plan(intent, signal);
  return { ...prepared, intent, plan: { ...drawn, warnings: [...notes, ...drawn.warnings] } };
}
