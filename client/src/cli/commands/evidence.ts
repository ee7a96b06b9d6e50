import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { attachEvidence } from '../../delivery/evidence.ts';
import { fail } from '../../errors.ts';
import { type Call, type CliCommand, exit } from '../command.ts';
import { paint } from '../output.ts';
import { withPorts } from '../session.ts';

export const evidence: CliCommand = {
  name: 'evidence',
  summary: 'note in the record of a release what was proven about it elsewhere',
  operands: '<service> <release> <kind> <passed|failed>',
  count: { least: 4, most: 4 },
  about:
    'For pipelines: unit tests, quality gates, scans. An environment asks for kinds of evidence in `promote.requires.evidence`, and takes only releases that carry each as passed. Of several proofs of a kind the last counts; nothing that was noted is taken back.',
  options: {
    report: { type: 'string', value: '<file>', help: 'the report itself: its SHA-256 is noted' },
    url: { type: 'string', value: '<address>', help: 'where the report can be read' },
    source: { type: 'string', value: '<text>', help: 'who says so: `ci:gitlab#88123`; default: you' },
  },
  examples: [
    { command: 'waybill evidence order-api rel-87ce0b7374c5 unit-tests passed --report junit.xml', means: 'in CI, after the tests' },
    {
      command: 'waybill evidence order-api amber-heron sonar failed --url https://sonar.example.com/d?id=order-api',
      means: 'no gate opens',
    },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [service = '', release = '', kind = '', result = ''] = call.arguments.operands;
      if (result !== 'passed' && result !== 'failed') {
        throw fail('usage', `\`${result}\` is no result.`, 'Write `passed` or `failed`.');
      }
      const text = (name: 'url' | 'source') => {
        const value = call.arguments.text(name);
        return value === undefined ? {} : { [name]: value };
      };
      const input = { service, release, kind, passed: result === 'passed', ...text('url'), ...text('source'), ...reportOf(call) };
      const noted = await attachEvidence(ports, input, call.signal);
      call.output.event({ type: 'evidence', service, release: noted.release.id, ...noted.evidence });
      const colour = result === 'passed' ? 'green' : 'red';
      call.output.line(`${noted.release.id} (${noted.release.alias}) carries ${kind}: ${paint(call.output.colour, colour, result)}`);
      return exit.fine;
    }),
};

function reportOf({ arguments: args, directory }: Call): { readonly digest?: string } {
  const file = args.text('report');
  if (file === undefined) return {};
  try {
    return {
      digest: `sha256:${createHash('sha256')
        .update(readFileSync(resolve(directory, file)))
        .digest('hex')}`,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw fail('usage', `The report cannot be read: ${why}.`, 'Nothing was noted. Name a file that is there.');
  }
}
