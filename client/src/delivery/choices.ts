/** Decisions on a plan: what others hold is taken over or left, what the service no longer has is removed. The plan is then drawn anew. */
import type { PlanChoices } from '../ports.ts';
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

/** Asks where there is something to decide, and plans again with the answer: what is confirmed afterwards is what will be done. */
export async function decided(
  prepared: PreparedDeployment,
  questions: Questions,
  report: Report,
  signal: AbortSignal,
): Promise<PreparedDeployment> {
  const { plan, intent, platform } = prepared;
  if (!questions.decide || !(plan.conflicts?.length || plan.leftovers?.length)) return prepared;
  const decision = await questions.decide(plan);
  const choices = decision && choicesOf(prepared, decision);
  if (!choices) return prepared;
  report({ type: 'stage', stage: 'plan', message: `planning ${plan.service} in ${plan.environment} again` });
  const chosen = { ...intent, choices };
  const again = await platform.plan(chosen, signal);
  return { ...prepared, intent: chosen, plan: { ...again, warnings: [...(prepared.notes ?? []), ...again.warnings] } };
}
