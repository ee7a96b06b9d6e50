import type { FieldConflict, Plan, PlannedChange } from '../ports.ts';
import { type Colour, paint } from './output.ts';

const signs: Readonly<Record<PlannedChange['change'], readonly [string, Colour]>> = {
  create: ['+', 'green'],
  update: ['~', 'yellow'],
  remove: ['-', 'red'],
  unchanged: ['=', 'dim'],
};

/** A plan for people: where exactly, what changes with its diff, what to mind, what forbids it. */
export function planText(plan: Plan, colour: boolean): string {
  const changing = plan.changes.filter(({ change }) => change !== 'unchanged');
  return [
    paint(
      colour,
      'bold',
      plan.title ?? (plan.parts ? `${plan.service} → ${plan.environment}` : `${plan.service} → ${plan.environment}: ${plan.release}`),
    ),
    ...(plan.parts ?? [plan]).map(
      (part) => `  ${plan.parts ? `${part.service} ${part.release} ` : ''}image ${part.image.repository}@${part.image.digest}`,
    ),
    ...plan.identity.map((line) => `  ${paint(colour, 'dim', line)}`),
    ...plan.changes.flatMap((change) => changeLines(change, colour)),
    changing.length === 0
      ? '  nothing changes'
      : `  ${counts(plan.changes)}${plan.changes.some(({ restarts }) => restarts) ? '; instances restart' : ''}`,
    ...plan.warnings.map((warning) => `  ${paint(colour, 'yellow', 'warning')} ${warning}`),
    ...(plan.conflicts ?? []).map((conflict) => `  ${paint(colour, 'yellow', 'conflict')} ${conflictLine(conflict)}`),
    ...(plan.typed ? [`  ${paint(colour, 'yellow', 'type the name')} ${plan.typed}`] : []),
    ...plan.refusals.map((refusal) => `  ${paint(colour, 'red', 'refused')} ${refusal}`),
  ].join('\n');
}

/** `spec.replicas of apps/v1/Deployment/order-api: 3 by 'kubectl', 2 in waybill.yaml (scale.replicas)`. */
function conflictLine({ object, manager, field, live, wanted, manifestPath }: FieldConflict): string {
  if (field === '') return `${object} exists and carries no mark; --take-over makes it the service's own`;
  const place = manifestPath ? ` (${manifestPath})` : '';
  return `${field} of ${object}: ${live ?? 'absent'} by \`${manager}\`, ${wanted ?? 'absent'} in waybill.yaml${place}; --adopt writes theirs into it, --take-over sets ours, --leave-theirs leaves it`;
}

function changeLines({ object, change, diff }: PlannedChange, colour: boolean): string[] {
  const [sign, hue] = signs[change];
  const lines = diff === '' ? [] : diff.replace(/\n$/, '').split('\n');
  return [`  ${paint(colour, hue, `${sign} ${object}`)}`, ...lines.map((line) => `      ${paint(colour, lineColour(line), line)}`)];
}

function lineColour(line: string): Colour {
  if (line.startsWith('+')) return 'green';
  return line.startsWith('-') ? 'red' : 'dim';
}

function counts(changes: readonly PlannedChange[]): string {
  const kinds = ['create', 'update', 'remove', 'unchanged'] as const;
  const parts = kinds.map((kind) => ({ kind, amount: changes.filter(({ change }) => change === kind).length }));
  return parts.flatMap(({ kind, amount }) => (amount > 0 ? [`${amount} ${kind}`] : [])).join(', ');
}
