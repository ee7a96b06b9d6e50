import { adoptionOf } from '../../delivery/adoption.ts';
import { driftIn, fieldText, reapply, type ServiceDrift } from '../../delivery/drift.ts';
import { fail } from '../../errors.ts';
import type { Documents } from '../../ports.ts';
import { writeAdoptions } from '../adopt.ts';
import { type Call, type CliCommand, exit } from '../command.ts';
import { paint } from '../output.ts';
import { progress } from '../progress.ts';
import { withPorts } from '../session.ts';
import { operationQuestions, showOperated } from './operate.ts';

export const drift: CliCommand = {
  name: 'drift',
  summary: 'what was changed in an environment after it was deployed, by whom and when',
  operands: '<environment> [service]',
  count: { least: 1, most: 2 },
  about:
    'Compares what runs with what was deployed, field by field, and names who changed it by the account of the API server. What others added is no drift; `drift.ignore` of the environment leaves fields alone, never the image. `--reapply` sets everything that is shown back, `--adopt` writes it into the manifest for that environment. The exit code is 1 when something differs.',
  options: {
    reapply: { type: 'boolean', help: 'set it back to what was deployed; needs a service' },
    adopt: { type: 'boolean', help: 'write what runs into waybill.yaml, as far as it can say it; needs a service' },
    all: { type: 'boolean', help: 'also what the environment ignores' },
    yes: { type: 'boolean', short: 'y', help: 'set it back without asking' },
    'type-name': { type: 'string', value: '<name>', help: 'the name of the environment, where it asks for it to be typed' },
  },
  examples: [
    { command: 'waybill drift staging', means: 'every service of the environment' },
    { command: 'waybill drift production order-api --reapply', means: 'set one service back; asks' },
    { command: 'waybill drift dev order-api --adopt', means: 'keep what runs: the manifest says it from now on' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [environment = '', service] = call.arguments.operands;
      const found = await driftIn(ports, { environment, ...(service === undefined ? {} : { service }) }, call.signal);
      for (const one of found) show(call, one);
      if (call.arguments.flag('adopt')) return await adopt(call, ports.documents, service, found);
      if (!call.arguments.flag('reapply')) return found.some(({ fields }) => fields.length > 0) ? exit.findings : exit.fine;
      const only = named(service, found, '--reapply');
      if (only.fields.length === 0) return exit.fine;
      const result = await reapply(ports, only, operationQuestions(call), progress(call.output), call.signal);
      return showOperated(call, { service: only.service.name, environment, operation: 'reapply' }, result);
    }),
};

/** `--reapply` and `--adopt` are about one service, and exclude each other. */
function named(service: string | undefined, [only]: readonly ServiceDrift[], option: string): ServiceDrift {
  if (service !== undefined && only) return only;
  throw fail('usage', 'Nothing is changed for all services at once.', `Write \`waybill drift <environment> <service> ${option}\`.`);
}

async function adopt(call: Call, documents: Documents, service: string | undefined, found: readonly ServiceDrift[]): Promise<number> {
  if (call.arguments.flag('reapply')) throw fail('usage', '`--adopt` and `--reapply` exclude each other.', 'Choose one.');
  const { fields, service: about, environment } = named(service, found, '--adopt');
  const where = { service: about.id, environment: environment.name };
  const wanted = fields.flatMap(({ manifestPath, live }) => adoptionOf(where, manifestPath, live) ?? []);
  await writeAdoptions(call, documents, wanted);
  return wanted.length === fields.length ? exit.fine : exit.findings;
}

function show({ output, arguments: args }: Call, { service, environment, drift: found, fields, ignored, severity }: ServiceDrift): void {
  const { record } = found;
  output.event({
    type: 'drift',
    service: service.id,
    environment: environment.name,
    release: record?.release ?? null,
    severity,
    fields,
    ignored,
  });
  const state = !record
    ? 'was never deployed here'
    : fields.length === 0
      ? 'as deployed'
      : `${fields.length} changed since ${record.alias}`;
  const hidden = ignored.length > 0 ? `, ${ignored.length} ignored` : '';
  output.line(
    `${service.name.padEnd(24)} ${paint(output.colour, severity === 'none' ? 'green' : severity === 'error' ? 'red' : 'yellow', state)}${hidden}`,
  );
  for (const field of fields) output.line(`  ${field.image ? paint(output.colour, 'red', 'another image  ') : ''}${fieldText(field)}`);
  if (args.flag('all')) for (const field of ignored) output.line(`  ${paint(output.colour, 'dim', `ignored ${fieldText(field)}`)}`);
}
