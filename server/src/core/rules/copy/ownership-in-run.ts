import { effectiveAt } from '../../dockerfile/effective.ts';
import { lineSpan } from '../../dockerfile/lineSpan.ts';
import type { CopyInstruction, RunInstruction, Stage } from '../../dockerfile/model.ts';
import { resolvePath } from '../../dockerfile/paths.ts';
import type { ShellCommand, ShellWord } from '../../dockerfile/shellModel.ts';
import { ownInstructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Fix, Report } from '../rule.ts';

/** Owner and mode of copied files are set by COPY itself. */
export const rule: DockerfileRule = {
  summary: 'Owner and mode of copied files are set by COPY, not by a later `chown` or `chmod`.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  programs: ['chown', 'chmod'],
  check(context) {
    const placed = context.commands.named('chown', 'chmod');
    return placed.flatMap(({ command, run, stage: index }) => {
      const stage = context.file.stages[index];
      return stage && context.chain.includes(stage) ? (reportOf(context, stage, run, command) ?? []) : [];
    });
  },
};

function reportOf(context: DockerfileContext, stage: Stage, run: RunInstruction, command: ShellCommand): Report | undefined {
  const plain = command.words.slice(1).filter(({ value }) => !value.startsWith('-'));
  const [what, ...paths] = plain;
  const copies = ownInstructionsOf(stage, 'COPY', 'ADD').filter(({ end }) => end <= run.start);
  if (!what || paths.length === 0 || copies.length === 0) return undefined;
  const matched = paths.map((path) => copies.findLast((copy) => targetsOf(context, stage, copy).includes(clean(path.value))));
  const copy = matched.find((found) => found !== undefined);
  if (!copy) return undefined;
  const flag = command.name === 'chown' ? 'chown' : 'chmod';
  const all = matched.every((found) => found === copy) && copy.sources.length === paths.length;
  const location = { uri: context.file.uri, range: context.range(copy.keyword) };
  return {
    range: context.range(command.words[0] ?? command),
    message: `\`${command.name}\` puts the copied files into one more layer: they are in the image twice. Set it where they are copied, with \`--${flag}=\`.`,
    related: [{ location, message: 'They are copied here' }],
    fixes: all ? fixesOf(context, run, copy, flag, what) : [],
    // Without standards it is a matter of size.
    ...(context.standards ? {} : { severity: 'info' }),
  };
}

function clean(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

/** The absolute paths that a COPY makes, as far as its words tell. */
function targetsOf(
  { file, standards }: DockerfileContext,
  stage: Stage,
  { sources, destination, start }: CopyInstruction,
): readonly string[] {
  const to = destination?.value ?? '';
  if (to === '' || to.includes('$')) return [];
  const folder = to.startsWith('/') ? '/' : effectiveAt(file, stage, start, standards).workdir;
  if (folder === undefined) return [];
  const target = resolvePath(folder, to);
  const isFolder = to.endsWith('/') || to === '.' || sources.length > 1;
  if (!isFolder) return [target];
  return sources.map(({ value }) => (/(?:\/|^\.)$/.test(value) ? target : resolvePath(target, value.slice(value.lastIndexOf('/') + 1))));
}

/** Only where the RUN does nothing else, and COPY says nothing of it yet. */
function fixesOf(context: DockerfileContext, run: RunInstruction, copy: CopyInstruction, flag: string, what: ShellWord): readonly Fix[] {
  const value = flag === 'chmod' ? modeOf(what.value) : what.value;
  const only = run.script.commands.length === 1 && run.heredocs.length === 0 && !run.json && run.flags.length === 0;
  if (!only || !what.literal || value === undefined || copy.flags.some(({ name }) => name === flag)) return [];
  const after = { start: copy.keyword.end, end: copy.keyword.end };
  const edits = [
    { range: context.range(after), text: ` --${flag}=${value}` },
    { range: context.range(lineSpan(context.file.text, run)), text: '' },
  ];
  return [{ title: `Use COPY --${flag}=${value}`, edits, preview: true }];
}

/** `+x` makes a file of mode 644 one of 755. */
function modeOf(mode: string): string | undefined {
  if (/^[0-7]{3,4}$/.test(mode)) return mode;
  return mode === '+x' || mode === 'a+x' ? '755' : undefined;
}
