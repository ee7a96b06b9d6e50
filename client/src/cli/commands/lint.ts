import { fail } from '../../errors.ts';
import { type Arguments, type Call, type CliCommand, exit } from '../command.ts';
import { formatReport } from '../lint/formats.ts';
import { findPlace, type TypedText, wantedKinds } from '../lint/place.ts';
import type { FixableFile, Linted } from '../lintFindings.ts';

const order: readonly string[] = ['hint', 'info', 'warning', 'error'];

export const lint: CliCommand = {
  name: 'lint',
  summary: 'judge Dockerfiles, manifests and standards',
  operands: '[path…]',
  count: { least: 0, most: Number.POSITIVE_INFINITY },
  about:
    'Reports what the standards of the workspace say of its Dockerfiles, `waybill.yaml`, `waybill.standards.yaml`, `waybill.environments.yaml`, `.dockerignore` and `.hadolint.yaml` files. Paths are files or folders; without any, everything below the current folder is judged, but for what `.gitignore` names. A file is always judged in the light of the workspace it lies in. Nothing is connected to.',
  options: {
    format: {
      type: 'string',
      value: '<format>',
      choices: ['text', 'json', 'sarif', 'checkstyle', 'junit', 'gitlab', 'github'],
      help: 'text for people (default), or json, sarif, checkstyle, junit, gitlab, github',
    },
    'fail-on': {
      type: 'string',
      value: '<severity>',
      choices: ['error', 'warning', 'info', 'hint', 'never'],
      help: 'the least severity that makes the exit code 1; default: that of .hadolint.yaml, else warning',
    },
    fix: { type: 'boolean', help: 'apply the fixes that keep what a file means' },
    'fix-dry-run': { type: 'boolean', help: 'show as a diff what --fix would do, and change nothing' },
    rules: { type: 'string', value: '<rules>', help: 'ask only these rules (a,b,category/*,DL3008); all: also those that are off' },
    shellcheck: { type: 'boolean', help: 'ask the installed ShellCheck about the commands in RUN as well' },
    config: { type: 'string', value: '<file>', help: 'a .hadolint.yaml in place of the nearest' },
    standards: { type: 'string', value: '<file>', help: 'standards in place of those of the workspace' },
    stdin: { type: 'boolean', help: 'judge what comes on the standard input; the path - does the same' },
    'stdin-filename': { type: 'string', value: '<path>', help: 'where that text belongs' },
    'list-rules': { type: 'boolean', help: 'show every rule, and judge nothing' },
    color: { type: 'string', value: '<when>', choices: ['auto', 'always', 'never'], help: 'colours; auto (default): on a terminal' },
  },
  examples: [
    { command: 'waybill lint', means: 'everything below the current folder' },
    { command: 'waybill lint services/order-api --fail-on error', means: 'one service; warnings do not fail' },
    { command: 'waybill lint --fix-dry-run', means: 'what the safe fixes would change' },
    { command: 'waybill lint --stdin --stdin-filename services/order-api/Dockerfile', means: 'for editors: an unsaved text in its place' },
    { command: 'waybill lint --format json | jq ".findings[].rule"', means: 'for programs: one JSON object with every finding' },
  ],
  async run(call) {
    const { arguments: args, output, directory, pages } = call;
    if (args.flag('list-rules')) {
      const { ruleLines, ruleTable } = await import('../lint/rules.ts');
      output.raw(output.json ? JSON.stringify(ruleTable()) : ruleLines());
      return exit.fine;
    }
    const stdin = await stdinOf(args);
    if (args.flag('shellcheck') && (args.flag('fix') || args.flag('fix-dry-run')))
      throw fail(
        'usage',
        "What ShellCheck proposes needs a person's eye: nothing of it is fixed.",
        'Leave out `--shellcheck` or the fixing.',
      );
    const linted = await judged(call, stdin);
    if (args.flag('fix-dry-run')) return dryRun(call, linted.files);
    const files = args.flag('fix') ? await fixed(call, linted.files) : linted.files;
    const colour = colourOf(call, linted.noColour);
    const report = { files, pages: pages(), version: call.version(), directory, colour };
    output.raw(await formatReport(args.text('format') ?? 'text', report));
    const threshold = args.text('fail-on') ?? linted.threshold ?? 'warning';
    const fails = (severity: string) => threshold !== 'never' && order.indexOf(severity) >= order.indexOf(threshold);
    return files.some((file) => file.findings.some(({ severity }) => fails(severity))) ? exit.findings : exit.fine;
  },
};

/** Judges what the call names; of the rules, only those are loaded that these files need. */
async function judged({ arguments: args, directory }: Call, stdin: TypedText | undefined): Promise<Linted> {
  const rules = args.text('rules');
  const asked =
    rules === undefined ? {} : rules === 'all' ? { allRules: true } : { only: (await import('../lint/rules.ts')).rulesNamed(rules) };
  const what = {
    directory,
    paths: args.operands.filter((path) => path !== '-'),
    workspace: args.text('workspace'),
    ...(stdin ? { stdin } : {}),
  };
  const place = findPlace(what);
  const shellcheck = args.flag('shellcheck');
  const alone = !shellcheck && args.text('config') === undefined && [...wantedKinds(place)].every((kind) => kind === 'dockerfile');
  const { lintPaths } = await (alone ? import('../dockerfiles.ts') : import('../language.ts'));
  return lintPaths({
    ...what,
    place,
    today: new Date(),
    config: args.text('config'),
    standards: args.text('standards'),
    shellcheck,
    ...asked,
  });
}

/** What comes on the standard input, when it is to be judged. */
async function stdinOf(args: Arguments): Promise<TypedText | undefined> {
  const paths = args.operands.filter((path) => path !== '-');
  if (!args.flag('stdin') && paths.length === args.operands.length) {
    if (args.text('stdin-filename') !== undefined) throw fail('usage', '`--stdin-filename` needs `--stdin`.', 'Write both.');
    return undefined;
  }
  if (paths.length > 0)
    throw fail('usage', 'Either the standard input is judged or paths are.', `Leave out \`${paths[0]}\` or \`--stdin\`.`);
  if (args.flag('fix')) throw fail('usage', '`--fix` changes files, and the standard input is none.', 'Use `--fix-dry-run` for a diff.');
  const { text } = await import('node:stream/consumers');
  return { text: await text(process.stdin), name: args.text('stdin-filename') };
}

/** Colours were asked for, or the terminal shows them and nobody said no. */
function colourOf({ arguments: args, output }: Call, quiet: boolean): boolean {
  const when = args.text('color') ?? 'auto';
  return when === 'auto' ? output.colour && !quiet : when === 'always';
}

async function dryRun({ output }: Call, files: readonly FixableFile[]): Promise<number> {
  const { unifiedDiff } = await import('../../delivery/diff.ts');
  const diffs = files.flatMap((file) => {
    const after = file.findings.some(({ fixes }) => fixes.length > 0) ? file.repaired().text : file.text;
    return after === file.text ? [] : [`--- a/${file.path}\n+++ b/${file.path}\n${unifiedDiff(file.text, after)}`];
  });
  if (diffs.length > 0) output.raw(diffs.join('\n'));
  return diffs.length > 0 ? exit.findings : exit.fine;
}

/** Writes the fixed texts and answers what is left to say of each file. */
async function fixed({ output }: Call, files: readonly FixableFile[]): Promise<readonly FixableFile[]> {
  const { replaceText } = await import('../lint/write.ts');
  return files.map((file) => {
    if (file.findings.every(({ fixes }) => fixes.length === 0)) return file;
    const { text, findings } = file.repaired();
    if (text === file.text) return file;
    replaceText(file.absolute, file.text, text);
    output.note(`fixed ${file.path}: ${file.findings.length} findings before, ${findings.length} left`);
    return { ...file, text, findings };
  });
}
