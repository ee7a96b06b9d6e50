import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { applyEdits } from '../../../../server/src/core/text/lineIndex.ts';
import { findEnvironmentAlone } from '../../delivery/find.ts';
import { proposePin } from '../../delivery/pin.ts';
import { fail } from '../../errors.ts';
import { type CliCommand, exit } from '../command.ts';
import { withPorts } from '../session.ts';

export const pin: CliCommand = {
  name: 'pin',
  summary: 'write down which cluster an environment’s context leads to',
  operands: '<environment>',
  count: { least: 1, most: 1 },
  about:
    'Asks the cluster that the context of the environment leads to for its address, its authority and the UID of kube-system, and writes them into waybill.environments.yaml; comments stay. From then on nothing is written to any other cluster that a context of that name may lead to. Other pins that are there are exchanged only with `--replace`.',
  options: {
    product: { type: 'string', value: '<name>', help: 'where several products have an environment of that name' },
    replace: { type: 'boolean', help: 'the cluster was really replaced: exchange pins that differ' },
    'dry-run': { type: 'boolean', help: 'show the pins and write nothing' },
  },
  examples: [
    { command: 'waybill pin dev', means: 'pin the environment dev to its cluster' },
    { command: 'waybill pin dev --dry-run', means: 'only show who answers' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [name = ''] = call.arguments.operands;
      const environment = findEnvironmentAlone(await ports.documents.model(call.signal), name, call.arguments.text('product'));
      const { pins, edit, differences } = await proposePin(ports, environment, call.signal);
      call.output.event({ type: 'pins', environment: name, ...pins, changed: edit.edits.length > 0 });
      for (const [key, value] of Object.entries({ ...pins.cluster, namespaceUid: pins.namespaceUid })) {
        if (value !== undefined) call.output.line(`  ${key.padEnd(12)} ${value}`);
      }
      if (call.arguments.flag('dry-run')) return exit.fine;
      if (differences.length > 0 && !call.arguments.flag('replace')) {
        throw fail(
          'refused',
          `\`${name}\` is pinned to another cluster. ${differences.join('; ')}.`,
          'Nothing was written. Add `--replace` only if the cluster was really replaced.',
        );
      }
      const file = fileURLToPath(edit.uri);
      if (edit.edits.length > 0) writeFileSync(file, applyEdits(readFileSync(file, 'utf8'), edit.edits));
      call.output.line(edit.edits.length > 0 ? `${file} written` : `${file} says so already`);
      return exit.fine;
    }),
};
