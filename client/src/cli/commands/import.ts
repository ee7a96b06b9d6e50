import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ImportAnswer, ImportNote } from '../../../../server/src/protocol.ts';
import { closest } from '../../delivery/closest.ts';
import { fail } from '../../errors.ts';
import { type CliCommand, exit } from '../command.ts';
import { type Output, paint } from '../output.ts';
import { namedRoot, rootAround } from '../workspaceRoot.ts';

export const importManifests: CliCommand = {
  name: 'import',
  summary: 'manifests from a Dockerfile, a Compose file or Kubernetes YAML',
  operands: '<file>',
  count: { least: 1, most: 1 },
  about:
    'Prints the waybill.yaml of each service that the file describes, and says on the standard error what did not carry over, why, and where it belongs. Of a Compose file the services that are built are taken; those that are images of others only when they are named. Values of secrets are never copied. With `--write` the manifests are written where they belong; one that is there already is left alone.',
  options: {
    services: { type: 'string', short: 's', value: '<names>', help: 'only these, with commas between them' },
    write: { type: 'boolean', short: 'w', help: 'write the files instead of printing them' },
    report: { type: 'boolean', help: 'print the report as Markdown, and nothing else' },
  },
  examples: [
    { command: 'waybill import docker-compose.yml', means: 'see what would become of it' },
    { command: 'waybill import docker-compose.yml --services web,api --write', means: 'write two manifests' },
    { command: 'waybill import k8s/deployment.yaml --report', means: 'what carries over and what does not' },
  ],
  async run({ arguments: args, directory, output }) {
    const path = resolve(directory, args.operands[0] ?? '');
    const uri = pathToFileURL(path).href;
    const text = readSource(path, args.operands[0] ?? '');
    const root = args.text('workspace') === undefined ? { ...rootAround(path), deep: true } : namedRoot(directory, args.text('workspace'));
    const { importFile, loadWorkspace } = await import('../language.ts');
    const workspace = loadWorkspace([root], new Date());
    const names = args
      .text('services')
      ?.split(',')
      .map((name) => name.trim());
    const answer = importFile(workspace, { uri, text, ...(names ? { services: names } : {}) });
    if ('problem' in answer) throw fail('usage', answer.problem, 'See `waybill import --help`.');
    for (const name of names ?? []) refuseUnknown(answer, name);
    if (args.flag('report')) output.line(answer.report.trimEnd());
    else tell(answer, { directory, output, write: args.flag('write') });
    return exit.fine;
  },
};

function readSource(path: string, typed: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw fail(
      'usage',
      `There is no file \`${typed}\` that can be read.`,
      'Give the path of a Dockerfile, a Compose file or Kubernetes YAML.',
    );
  }
}

function refuseUnknown({ choices }: ImportAnswer, name: string): void {
  const known = choices.map((choice) => choice.name);
  if (known.includes(name)) return;
  const near = closest(name, known);
  throw fail(
    'usage',
    `The file has no service \`${name}\`.`,
    near ? `Did you mean \`${near}\`?` : `It has ${known.join(', ') || 'one alone'}.`,
  );
}

interface Telling {
  readonly directory: string;
  readonly output: Output;
  readonly write: boolean;
}

function tell(answer: ImportAnswer, { directory, output, write }: Telling): void {
  for (const { name, uri, text, notes } of answer.services) {
    const file = fileURLToPath(uri);
    const exists = existsSync(file);
    const shown = relative(directory, file);
    const written = write && !exists;
    output.event({ type: 'manifest', name, file, exists, written, text, notes: [...notes] });
    if (written) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { flag: 'wx' });
      output.line(`Wrote ${shown}`);
    } else if (write) output.line(`${shown} is there already: left as it is`);
    else output.line(answer.services.length > 1 ? `# ${shown}\n${text}` : text.trimEnd());
    tellNotes(output, answer.services.length > 1 ? shown : undefined, notes);
  }
  output.event({ type: 'source', source: answer.source, choices: [...answer.choices], notes: [...answer.notes] });
  tellNotes(output, 'the file as a whole', answer.notes);
}

const marks = { lost: 'lost', changed: 'changed', todo: 'to do' } as const;
const colours = { lost: 'red', changed: 'yellow', todo: 'cyan' } as const;

/** What nobody misses is counted, not told. */
function tellNotes(output: Output, heading: string | undefined, notes: readonly ImportNote[]): void {
  if (notes.length > 0 && heading) output.note(`\n${paint(output.colour, 'bold', heading)}`);
  for (const { kind, what, why, advice, line } of notes) {
    if (kind === 'needless') continue;
    const place = line === undefined ? '' : paint(output.colour, 'dim', ` (line ${line + 1})`);
    output.note(`${paint(output.colour, colours[kind], marks[kind])} ${what}${place}: ${why} ${advice}`);
  }
  const needless = notes.filter(({ kind }) => kind === 'needless').length;
  if (needless > 0)
    output.note(paint(output.colour, 'dim', `${needless} more ${needless === 1 ? 'is' : 'are'} no longer needed (--report says which)`));
}
