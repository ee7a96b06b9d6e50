import type { FieldAdoption } from '../../../server/src/protocol.ts';
import { driftIn, fieldText, reapply, type ServiceDrift } from '../delivery/drift.ts';
import { fail } from '../errors.ts';
import type { DriftedField } from '../ports.ts';
import { environmentKey } from '../state/environmentWatches.ts';
import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, type CommandContext, onRow } from './contract/command.ts';
import { operationQuestions, tellResult } from './contract/operation.ts';

type Way = { readonly kind: 'reapply' } | { readonly kind: 'adopt' | 'ignore'; readonly field: DriftedField };

/** What was changed after it was deployed, by whom and when; sets it back, takes it into the manifest, or leaves it to differ. */
export const showDrift: Command = {
  contribution: {
    id: 'waybill.drift.show',
    title: 'Show Drift…',
    icon: 'git-compare',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'workload'), group: '2_look@3' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Show Drift');
    if (!service) return;
    const environment = await chooseEnvironment(context, model, service, subject, { verb: 'Show Drift', fits: () => undefined });
    if (!environment) return;
    const ports = await context.ports();
    const order = { environment: environment.name, service: service.id };
    const [found] = await driftIn(ports, order, AbortSignal.timeout(30_000));
    if (!found) return;
    if (found.fields.length === 0) {
      const since = found.drift.record ? `as ${found.drift.record.alias} was deployed` : 'not deployed by Waybill';
      context.ui.inform(`${service.name} in ${environment.name} is ${since}.`, []);
      return;
    }
    const way = await chooseWay(context, found);
    if (!way) return;
    if (way.kind !== 'reapply') return await edit(context, found, way);
    const task = { verb: 'Set Back', service: service.name, environment: environment.name };
    const result = await context.ui.run(task, (progress, signal) =>
      reapply(
        ports,
        found,
        operationQuestions(context.ui, 'Set Back'),
        (event) => event.type === 'deploy' && progress(event.event.message),
        signal,
      ),
    );
    if (result) tellResult(context, { service: service.id, environment: environmentKey(environment) }, result);
  },
};

function chooseWay({ ui }: CommandContext, { service, environment, fields, drift }: ServiceDrift): Promise<Way | undefined> {
  return ui.pick<Way>({
    title: `${service.name} in ${environment.name}: ${fields.length} changed since ${drift.record?.alias ?? 'it was deployed'}`,
    placeholder: 'What is to be done?',
    choices: [
      {
        label: 'Set all back to what was deployed',
        detail: fields.map(fieldText).join(' · '),
        icon: 'discard',
        value: { kind: 'reapply' },
      },
      ...fields.flatMap((field) => [
        ...(field.manifestPath
          ? [
              {
                label: `Take into the manifest: ${field.manifestPath}`,
                detail: fieldText(field),
                icon: 'edit',
                value: { kind: 'adopt' as const, field },
              },
            ]
          : []),
        ...(field.image || field.path === ''
          ? []
          : [
              {
                label: `Leave alone from now on: ${field.path}`,
                detail: fieldText(field),
                icon: 'eye-closed',
                value: { kind: 'ignore' as const, field },
              },
            ]),
      ]),
    ],
  });
}

async function edit(
  { authoring, ui }: CommandContext,
  { service, environment }: ServiceDrift,
  { kind, field }: Exclude<Way, { kind: 'reapply' }>,
): Promise<void> {
  const live: unknown = JSON.parse(field.live ?? '""');
  const wanted: FieldAdoption =
    kind === 'ignore'
      ? { product: service.product, environment: environment.name, ignore: field.path }
      : {
          service: service.id,
          environment: environment.name,
          path: field.manifestPath ?? '',
          value: typeof live === 'number' ? live : String(live),
        };
  const answer = await authoring.adoptField?.(wanted, AbortSignal.timeout(10_000));
  if (!answer) throw fail('internal', 'The language server is not there.', 'Reload the window.');
  if ('problem' in answer) throw fail('configuration', answer.problem, 'Write it there yourself.');
  await ui.applyEdits([{ location: { uri: answer.uri, range: answer.range }, text: answer.text }]);
}
