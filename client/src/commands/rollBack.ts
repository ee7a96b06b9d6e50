import type { EnvironmentSummary, ServiceSummary } from '../../../server/src/protocol.ts';
import { rollBack as goBack, rollbackChoices } from '../delivery/rollback.ts';
import { fail } from '../errors.ts';
import type { DeploymentRecord, Ports } from '../ports.ts';
import { dotted, shortDigest, timeAgo } from '../tree/words.ts';
import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, type CommandContext, onRow } from './contract/command.ts';
import { planQuestions, runDelivery, tellOutcome } from './contract/delivery.ts';

/** Goes back to an earlier deployment, with the configuration that was recorded then. */
export const rollBack: Command = {
  contribution: {
    id: 'waybill.service.rollBack',
    title: 'Roll Back…',
    icon: 'discard',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('environments', 'workload', 'missing', 'no-rollback'), group: 'inline@3' },
      { menu: 'view/item/context', when: onRow('environments', 'workload', 'no-rollback'), group: '9_danger@1' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Roll Back');
    if (!service) return;
    const question = { verb: 'Roll Back', fits: () => undefined };
    const environment = await chooseEnvironment(context, model, service, subject, question);
    if (!environment) return;
    const ports = await context.ports();
    const record = await chooseRecord(context, ports, service, environment);
    if (!record) return;
    const task = { verb: 'Roll Back', service: service.name, environment: environment.name };
    const order = { service: service.id, environment: environment.name, to: String(record.sequence) };
    const deployed = await runDelivery(context.ui, task, service, ({ report, signal }) =>
      goBack(ports, order, planQuestions(context), report, signal),
    );
    await context.state.releases.refresh(model);
    await tellOutcome(context, { service, environment, release: record.tag }, deployed);
  },
};

async function chooseRecord(
  context: CommandContext,
  ports: Ports,
  service: ServiceSummary,
  environment: EnvironmentSummary,
): Promise<DeploymentRecord | undefined> {
  const order = { service: service.id, environment: environment.name };
  const records = await rollbackChoices(ports, order, AbortSignal.timeout(60_000));
  if (records.length === 0) {
    throw fail(
      'refused',
      `There is nothing to roll back to: no earlier deployment of \`${service.name}\` in \`${environment.name}\` succeeded.`,
      'Deploy an older release by Deploy…, if there is one.',
    );
  }
  const now = ports.clock.now();
  return context.ui.pick({
    title: `Roll back ${service.name} in ${environment.name}`,
    placeholder: 'To which deployment?',
    choices: records.map((record, index) => ({
      label: record.tag,
      description: dotted(record.alias, timeAgo(record.at, now), `by ${record.by}`),
      detail: dotted(index === 0 && 'the one before the present', shortDigest(record.image.digest)),
      icon: 'history',
      value: record,
    })),
  });
}
