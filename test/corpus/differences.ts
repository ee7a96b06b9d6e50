/** Every way in which our findings differ from a peer's on the corpus, and why. A difference that no row explains fails the tests. */
import type { Difference } from './compare.ts';

/** `elsewhere`: both say it, at different instructions or under different names. */
export type Verdict = 'we are stricter' | 'we are laxer' | 'they are wrong' | 'elsewhere';

export interface Row {
  readonly rules: readonly string[];
  readonly by: Difference['by'];
  readonly verdict: Verdict;
  readonly reason: string;
  /** The instructions it is about; all by default. */
  readonly instruction?: RegExp;
  /** The documents it is about; all by default. */
  readonly text?: RegExp;
}

const emptyContinuation: readonly Row[] = (['ours', 'theirs'] as const).map((by) => ({
  rules: ['NoEmptyContinuation'],
  by,
  verdict: 'elsewhere',
  reason: 'We mark the empty line itself; BuildKit names the last line of the instruction.',
}));

const lastOne: readonly Row[] = (['ours', 'theirs'] as const).map((by) => ({
  rules: ['DL3012', 'DL4003', 'DL4004'],
  by,
  verdict: 'elsewhere',
  reason: 'We mark the instruction that has no effect, as BuildKit does; hadolint marks the last one, which has.',
}));

const indirectSecret: Omit<Row, 'rules'> = {
  by: 'theirs',
  verdict: 'they are wrong',
  reason: 'The value is a path, a duration or an ARG that is reported at its own line: no secret stands in this one.',
  instruction: /_FILE|_EXPIRY|NPM_TOKEN=\$NPM_TOKEN/,
};

export const buildkitRows: readonly Row[] = [
  ...emptyContinuation,
  { rules: ['SecretsUsedInArgOrEnv'], ...indirectSecret },
  {
    rules: ['InvalidDefinitionDescription'],
    by: 'ours',
    verdict: 'we are stricter',
    reason: 'Experimental in BuildKit and off there; here it is off too, and on with `--rules all`.',
  },
  {
    rules: ['JSONArgsRecommended'],
    by: 'theirs',
    verdict: 'we are laxer',
    reason: 'A CMD without a command runs no shell: there is nothing to write as a JSON array.',
    instruction: /^CMD$/,
  },
  {
    rules: ['UndefinedVar'],
    by: 'theirs',
    verdict: 'we are laxer',
    reason: 'The forms `:-` and `:+` provide for a variable that is not set: it may be.',
    instruction: /\$\{\w+:?[-+?]/,
  },
  {
    rules: ['WorkdirRelativePath'],
    by: 'ours',
    verdict: 'we are stricter',
    reason: 'After a relative WORKDIR that stands on the base image, the next relative one does so too; BuildKit reports the first only.',
    instruction: /^WORKDIR [^/]/,
  },
  {
    rules: ['WorkdirRelativePath'],
    by: 'theirs',
    verdict: 'they are wrong',
    reason: '`C:\\` begins an absolute path of Windows; the check is made with the rules of the builder, which is Linux.',
    instruction: /^WORKDIR [A-Z]:/,
  },
];

export const hadolintRows: readonly Row[] = [
  ...lastOne,
  { rules: ['DL3064'], ...indirectSecret },
  {
    rules: ['DL1001'],
    by: 'ours',
    verdict: 'we are stricter',
    reason: 'Off by default in both; `--rules all` turns it on here.',
  },
  {
    rules: ['DL3057'],
    by: 'ours',
    verdict: 'we are stricter',
    reason: 'Off by default in both, because Kubernetes does not look at HEALTHCHECK; `--rules all` turns it on here.',
  },
  {
    rules: ['DL3000'],
    by: 'theirs',
    verdict: 'they are wrong',
    reason: 'An absolute WORKDIR stands before it: the path is known.',
    text: /^WORKDIR "?\//m,
  },
  {
    rules: ['DL3003'],
    by: 'theirs',
    verdict: 'we are laxer',
    reason: 'The `cd` goes on to commands of the same RUN, or ends with a subshell: a WORKDIR would make a folder or a layer more.',
    instruction: /\bcd\b[^&;)]*(?:&&|;)/,
  },
  {
    rules: ['DL3006'],
    by: 'theirs',
    verdict: 'they are wrong',
    reason: 'The name resolves to a stage of this file with the default of the variable.',
    instruction: /^FROM stage-\$\{/,
  },
  {
    rules: ['DL3008', 'DL3014', 'DL3015'],
    by: 'ours',
    verdict: 'we are stricter',
    reason: 'The command is seen through `sudo`.',
    instruction: /^RUN sudo /,
  },
  {
    rules: ['DL3009'],
    by: 'ours',
    verdict: 'we are stricter',
    reason: 'An `rm -rf` of something else leaves the lists where they are.',
    instruction: /rm -rf \/tmp\/openjdk/,
  },
  {
    rules: ['DL3009'],
    by: 'theirs',
    verdict: 'they are wrong',
    reason: 'The pattern `*_*` takes all lists: each has an underscore in its name.',
    instruction: /lists\/\*_\*/,
  },
  {
    rules: ['DL3013'],
    by: 'ours',
    verdict: 'we are stricter',
    reason: 'Extras of a local project bring dependencies whose versions nothing here fixes.',
    instruction: /install -e "\.\[/,
  },
  {
    rules: ['DL3019', 'DL3042'],
    by: 'theirs',
    verdict: 'we are laxer',
    reason: 'The stage does not reach the image, and neither does its cache.',
    text: /^from [\s\S]*^from /im,
  },
  {
    rules: ['DL3042'],
    by: 'theirs',
    verdict: 'we are laxer',
    reason: 'A shell that starts other programs is not read as sh.',
    text: /^SHELL \["conda"/m,
  },
  {
    rules: ['DL3022'],
    by: 'theirs',
    verdict: 'elsewhere',
    reason: 'Names of stages have no case in BuildKit: the stage is known, and is this very one (DL3023).',
    instruction: /--from=base/i,
  },
  {
    rules: ['DL3023'],
    by: 'ours',
    verdict: 'elsewhere',
    reason: 'Names of stages have no case in BuildKit: the stage is this very one, where hadolint knows none (DL3022).',
    instruction: /--from=base/i,
  },
  {
    rules: ['DL3025'],
    by: 'theirs',
    verdict: 'they are wrong',
    reason: 'A HEALTHCHECK in shell form is as its documentation shows it; no signal has to reach it.',
    instruction: /^HEALTHCHECK/,
  },
  {
    rules: ['DL3029'],
    by: 'theirs',
    verdict: 'we are laxer',
    reason: 'A stage that is named after its platform means that platform; BuildKit makes the same exception.',
    instruction: /--platform=linux\/(\w+) .* AS .*\1$/i,
  },
  {
    rules: ['DL3046'],
    by: 'ours',
    verdict: 'we are stricter',
    reason: 'The number may follow `--uid` too.',
    instruction: /--uid/,
  },
  {
    rules: ['DL3066'],
    by: 'theirs',
    verdict: 'we are laxer',
    reason: '`root` is 0 on every system, a variable may hold a number, and a USER with another after it does not run the container.',
    instruction: /^USER (?:root|\$)|^user root/i,
  },
  {
    rules: ['DL4006'],
    by: 'theirs',
    verdict: 'we are laxer',
    reason:
      'What is left of the pipe (`echo`, `printf`, `yes`) cannot fail in a way that matters, or only fails because its reader is done.',
    instruction: /(?:echo|printf|yes)\b[^|]*\|/,
  },
];

/** The row that explains a difference. */
export function explained(difference: Difference): Row | undefined {
  const rows = difference.peer === 'buildkit' ? buildkitRows : hadolintRows;
  return rows.find(
    ({ rules, by, instruction, text }) =>
      rules.includes(difference.rule) &&
      by === difference.by &&
      (instruction?.test(difference.instruction) ?? true) &&
      (text?.test(difference.text) ?? true),
  );
}
