import type { EffectiveAnswer, ServiceSummary } from '../../../../server/src/protocol.ts';
import { fail } from '../../errors.ts';
import type { CommandContext } from './command.ts';

/** The effective configuration of a service; `configuration` when there is none to show. */
export async function effectiveOf(context: CommandContext, service: ServiceSummary, environment: string): Promise<EffectiveAnswer> {
  const answer = await context.documents.effective(service.id, environment, AbortSignal.timeout(30_000));
  if (answer.text !== '') return answer;
  throw fail(
    'configuration',
    answer.problems[0]?.message ?? `\`${service.name}\` has no configuration for \`${environment}\`.`,
    'Mend waybill.yaml, then open it again.',
  );
}
