import { fail } from '../errors.ts';
import type { ServiceState } from '../ports.ts';
import type { Subject } from '../tree/node.ts';
import type { Command, CommandContext } from './contract/command.ts';
import { onRow } from './contract/command.ts';
import { diagnosisText } from './text/diagnosis.ts';

/** Opens what is known of why a service is not well. */
export const showDiagnosis: Command = {
  contribution: {
    id: 'waybill.diagnosis.show',
    title: 'Show Diagnosis',
    icon: 'pulse',
    palette: false,
    connects: false,
    menus: ['inline@2', '2_look@1'].map((group) => ({
      menu: 'view/item/context' as const,
      when: onRow('environments', 'degraded'),
      group,
    })),
  },
  async run(context, subject) {
    const name = subject.service?.split('/')[1];
    const environment = subject.environment?.split('/')[1];
    if (!name || !environment)
      throw fail('usage', 'Show Diagnosis needs a service in an environment.', 'Run it on a row of the view Environments.');
    const kept = context.ui.keptDiagnosis(name, environment);
    const state = watchedState(context, subject, name);
    const message = state?.message ?? `${name} is ${state?.health.toLowerCase() ?? 'not known'} in ${environment}.`;
    const live = state && state.health !== 'Healthy' && !kept ? liveDiagnosis(state, message) : kept;
    const text = diagnosisText({ service: name, environment, message, ...(live ? { diagnosis: live } : {}) });
    await context.ui.openText(`Diagnosis of ${name} in ${environment}`, 'plaintext', text);
  },
};

function watchedState(context: CommandContext, subject: Subject, name: string): ServiceState | undefined {
  const watch = subject.environment ? context.state.environments.store.get().get(subject.environment) : undefined;
  return watch?.state === 'live' ? watch.value.services.find((state) => state.service.endsWith(name)) : undefined;
}

/** What the view knows, when no deployment of this session has said more. */
function liveDiagnosis(state: ServiceState, summary: string) {
  return {
    kind: 'observed',
    summary,
    evidence: state.instances.map(
      (instance) => `${instance.name} on ${instance.where}: ${instance.reason ?? instance.phase}, restarted ${instance.restarts} ×`,
    ),
    advice: 'Tail its logs, mend the cause, then deploy again, or roll back.',
    log: [],
  };
}
