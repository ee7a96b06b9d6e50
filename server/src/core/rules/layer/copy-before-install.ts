import type { CopyInstruction, RunInstruction, Stage } from '../../dockerfile/model.ts';
import { packageCall } from '../../dockerfile/packages.ts';
import type { ShellCommand } from '../../dockerfile/shellModel.ts';
import { ownInstructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Report } from '../rule.ts';

/** Dependencies are installed before the source is copied: the cache keeps them when the source changes. */
export const rule: DockerfileRule = {
  summary: 'Dependencies are installed before the whole source is copied.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['COPY', 'ADD'],
  check: (context) => context.file.stages.flatMap((stage) => reportOf(context, stage) ?? []),
};

function reportOf(context: DockerfileContext, stage: Stage): Report | undefined {
  const instructions = ownInstructionsOf(stage, 'COPY', 'ADD', 'RUN');
  const copy = instructions.find((instruction): instruction is CopyInstruction => instruction.kind !== 'RUN' && isWhole(instruction));
  if (!copy) return undefined;
  for (const run of instructions) {
    if (run.kind !== 'RUN' || run.start < copy.start || isCached(run)) continue;
    const command = run.script.commands.find((candidate) => manifestOf(candidate) !== undefined);
    const files = command && manifestOf(command);
    if (!command || files === undefined) continue;
    const location = { uri: context.file.uri, range: context.range(command) };
    const advice = files === '' ? 'Move the installation in front of it.' : `Copy ${files} first, install, then copy the rest.`;
    return {
      range: context.range(copy.sources[0] ?? copy),
      message: `Every change of any file makes the next build install all dependencies again, because the whole source is copied before. ${advice}`,
      related: [{ location, message: 'Installed here' }],
      ...(context.standards ? {} : { severity: 'info' }),
    };
  }
  return undefined;
}

function isWhole({ from, sources }: CopyInstruction): boolean {
  return !from && sources.some(({ value }) => value === '.' || value === './' || value === '*');
}

/** The installer's own cache outlives the layer. */
function isCached({ scratch }: RunInstruction): boolean {
  return scratch.length > 0;
}

interface Installer {
  /** What stands behind the program in a command that installs the dependencies of a project. */
  readonly call: RegExp;
  readonly files: string;
}

const npm = { call: /^(?:ci|clean-install)(?: |$)|^(?:i|install)(?: -\S+)*$/, files: '`package.json` and its lock file' };
const pip = { call: /^install .*(?:-r|--requirement)/, files: 'the requirements file' };
const installers: Readonly<Record<string, Installer>> = {
  npm,
  pip,
  pip3: pip,
  pnpm: { call: /^(?:i|install)(?: |$)/, files: '`package.json` and `pnpm-lock.yaml`' },
  yarn: { call: /^(?:install(?: |$)|--|$)/, files: '`package.json` and `yarn.lock`' },
  bundle: { call: /^install(?: |$)/, files: '`Gemfile` and `Gemfile.lock`' },
  composer: { call: /^install(?: |$)/, files: '`composer.json` and `composer.lock`' },
  go: { call: /^mod download/, files: '`go.mod` and `go.sum`' },
};

/** The files that an installation of dependencies needs; empty for packages of the system; undefined for other commands. */
function manifestOf(command: ShellCommand): string | undefined {
  const installer = Object.hasOwn(installers, command.name) ? installers[command.name] : undefined;
  if (installer) {
    const rest = command.words.slice(1).map(({ value }) => value);
    // `pip install -r requirements.txt .` builds the source itself.
    return installer.call.test(rest.join(' ').slice(0, 1000)) && !rest.includes('.') ? installer.files : undefined;
  }
  const call = packageCall(command);
  if (call?.action !== 'install' || call.manager === 'rpm' || call.manager === 'dpkg') return undefined;
  return call.packages.some(({ value }) => /^[./$]/.test(value)) ? undefined : '';
}
