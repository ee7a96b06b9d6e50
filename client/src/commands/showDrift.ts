import type { FieldAdoption } from '../../../server/src/protocol.ts';
import { type Adoption, adoptionOf } from '../delivery/adoption.ts';
import { driftIn, fieldText, reapply, type ServiceDrift } from '../delivery/drift.ts';
import type { DriftedField } from '../ports.ts';
import { environmentKey } from '../state/environmentWatches.ts';
import { currentModel } from './contract/choose.ts';
import { chooseRunning } from './contract/chooseRunning.ts';
import { type Command, type CommandContext, onRow } from './contract/command.ts';
import { writeAdoption } from './contract/delivery.ts';
import { operationQuestions, tellResult } from './contract/operation.ts';
import type { Choice } from './contract/ui.ts';

type Way =
  | { readonly kind: 'reapply' }
  | { readonly kind: 'adopt'; readonly adoption: Adoption }
  | { readonly kind: 'ignore'; readonly field: DriftedField };

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
    const chosen = await chooseRunning(context, model, subject, { verb: 'Show Drift' });
    if (!chosen) return;
    const { service, environment } = chosen;
    const ports = await context.ports();
    const order = { environment: environment.name, service: service.id };
    const [found] = await driftIn(ports, order, AbortSignal.timeout(30_000));
    if (!found) return;
    const place = { service: service.id, environment: environmentKey(environment) };
    context.state.drift.know(place, found.fields.length);
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
    if (result?.outcome === 'Succeeded') context.state.drift.know(place, 0);
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
        detail: fields.map(shortPath).join(', '),
        icon: 'discard',
        value: { kind: 'reapply' },
      },
      ...fields.flatMap((field) => [
        ...adoptionChoices({ service: service.id, environment: environment.name }, field),
        ...(field.image || field.path === ''
          ? []
          : [
              {
                label: `Leave alone from now on: ${shortPath(field)}`,
                detail: `${field.object} ${field.path} may differ in ${environment.name}`,
                icon: 'eye-closed',
                value: { kind: 'ignore' as const, field },
              },
            ]),
      ]),
    ],
  });
}

function adoptionChoices(where: { service: string; environment: string }, field: DriftedField): Choice<Way>[] {
  const adoption = adoptionOf(where, field.manifestPath, field.live);
  if (!adoption) return [];
  const label = `Take into the manifest: ${adoption.path}`;
  return [{ label, detail: changeText(field), icon: 'edit', value: { kind: 'adopt', adoption } }];
}

/** `env[STAGE].value` of a path into a container; `Service/order-api is gone` of an object. */
function shortPath({ object, path }: DriftedField): string {
  return path === '' ? `${object} is gone` : path.replace(/^spec\.template\.spec\.(?:init)?[cC]ontainers\[[^\]]*\]\./, '');
}

/** What became of a value, by whom and when. */
function changeText(field: DriftedField): string {
  return fieldText(field).slice(`${field.object} ${field.path}: `.length);
}

async function edit(
  context: CommandContext,
  { service, environment }: ServiceDrift,
  way: Exclude<Way, { kind: 'reapply' }>,
): Promise<void> {
  const wanted: FieldAdoption =
    way.kind === 'ignore' ? { product: service.product, environment: environment.name, ignore: way.field.path } : way.adoption;
  await writeAdoption(context, wanted, AbortSignal.timeout(10_000));
}
