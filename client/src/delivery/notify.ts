import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DeployIntent, DeployResult, Ports } from '../ports.ts';
import type { Report } from './events.ts';

/** Words of `notify.on`. */
export type Happening = 'succeeded' | 'failed' | 'promoted' | 'rolled-back' | 'aborted' | 'verified' | 'not-verified';

/** What has happened, as events that people can ask for. */
export function happenings(intent: Pick<DeployIntent, 'promotedFrom' | 'rollback'>, result: DeployResult): readonly Happening[] {
  const verified: Happening[] = result.verification ? [result.verification.passed ? 'verified' : 'not-verified'] : [];
  if (result.outcome === 'Aborted') return ['aborted'];
  if (result.outcome !== 'Succeeded') return ['failed'];
  return [
    'succeeded',
    ...(intent.promotedFrom ? (['promoted'] as const) : []),
    ...(intent.rollback ? (['rolled-back'] as const) : []),
    ...verified,
  ];
}

/**
 * Calls the webhooks that ask for what has happened. The payload holds names, release and outcome; no configuration, no log line and no
 * secret (S6). A webhook that cannot be called is a warning: the deployment stands.
 */
export async function notify(ports: Ports, intent: DeployIntent, result: DeployResult, report: Report, signal: AbortSignal): Promise<void> {
  const { environment } = intent;
  const happened = happenings(intent, result);
  const wanted = (environment.notify ?? []).filter(({ on }) => on.some((event) => happened.some((one) => one === event)));
  if (wanted.length === 0) return;
  const body = payload(environment, intent, result, happened);
  await Promise.all(
    wanted.map(async ({ webhook }) => {
      try {
        if (!ports.webhooks) throw fail('configuration', 'No webhook can be called here.', 'Use the command line.');
        const address = new TextDecoder().decode(await ports.secrets.read(webhook, signal)).trim();
        await ports.webhooks.post(address, body, signal);
      } catch (error) {
        report({ type: 'warning', message: `\`${webhook}\` was not notified: ${error instanceof Error ? error.message : error}` });
      }
    }),
  );
}

function payload(
  environment: EnvironmentSummary,
  intent: DeployIntent,
  result: DeployResult,
  events: readonly Happening[],
): Readonly<Record<string, unknown>> {
  const { service, release, alias, tag, image, by, reason, promotedFrom } = intent;
  const outcome = result.diagnosis?.summary ?? (result.outcome === 'Succeeded' ? 'is healthy' : result.outcome);
  return {
    // Chat systems show `text`; programs read the rest.
    text: `${service.product}/${service.name} ${alias} in ${environment.name}: ${outcome} (${by})`,
    events,
    product: service.product,
    service: service.name,
    environment: environment.name,
    release,
    alias,
    tag,
    image: `${image.repository}@${image.digest}`,
    outcome: result.outcome,
    ...(result.diagnosis ? { diagnosis: result.diagnosis.kind } : {}),
    ...(result.verification ? { verified: result.verification.passed } : {}),
    by,
    ...(reason ? { reason } : {}),
    ...(promotedFrom ? { promotedFrom } : {}),
  };
}
