import { expansionProblem } from './expansion.ts';
import type { CopyInstruction, Dockerfile, Flag, SyntaxProblem } from './model.ts';
import { digestProblem } from './referenceGrammar.ts';

type Problem = Omit<SyntaxProblem, 'severity'>;

const octal = /^[0-7]+$/;
/** Symbolic modes as chmod(1) takes them. */
const symbolic = /^(?:[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+)(?:,[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+)*$/;

/** What BuildKit refuses in flags and sources of COPY and ADD. */
export function copyProblems({ escapeMark }: Dockerfile, instruction: CopyInstruction): readonly Problem[] {
  const { kind, flags, sources } = instruction;
  const found = flags.flatMap((flag) => copyFlagProblems(instruction, flag));
  const swallowing = instruction.destination ? undefined : flags.find(({ value }) => value && expansionProblem(value.text, escapeMark));
  if (swallowing?.value) {
    const { start, end } = swallowing.value;
    return [
      {
        start,
        end,
        message: 'This quote is never closed: the rest of the line belongs to the flag.',
        aliases: ['ARGUMENT_REQUIRES_AT_LEAST_TWO'],
      },
    ];
  }
  if (kind !== 'COPY') return found;
  const fetched = sources.filter(({ value }) => isGit(value) || /^https?:\/\//.test(value));
  return [
    ...found,
    ...fetched.map(({ start, end }) => ({
      start,
      end,
      message: 'COPY fetches nothing: addresses and repositories are for ADD.',
      aliases: [],
    })),
  ];
}

function copyFlagProblems({ kind, sources }: CopyInstruction, { name, value }: Flag): readonly Problem[] {
  if (!value || value.value === '' || /[$'"\\]/.test(value.text)) return [];
  const { start, end, value: text } = value;
  if (name === 'chmod' && !symbolic.test(text) && (!octal.test(text) || Number.parseInt(text, 8) > 0o7777)) {
    const message = `\`${text}\` is no mode: octal digits up to \`07777\`, or symbols like \`u=rwX,go=rX\`.`;
    return [{ start, end, message, aliases: [] }];
  }
  if (kind !== 'ADD' || name !== 'checksum' || sources.some((source) => /[$\\]/.test(source.value))) return [];
  if (sources.length > 1) return [{ start, end, message: '`--checksum` is for one source: write an ADD for each.', aliases: [] }];
  const [source] = sources;
  if (source && isGit(source.value)) return [];
  if (source && !/^https?:\/\//.test(source.value))
    return [
      {
        start,
        end,
        message: '`--checksum` is for what is fetched: an address or a repository. Leave it out for files of the context.',
        aliases: [],
      },
    ];
  const problem = digestProblem(text);
  return problem ? [{ start: start + problem.start, end: start + problem.end, message: `${problem.why}.`, aliases: [] }] : [];
}

/** Sources that BuildKit clones. */
function isGit(source: string): boolean {
  return /^(?:git:\/\/|ssh:\/\/|[\w-]+@[\w.-]+:)/.test(source) || /^https?:\/\/[^?#]*\.git(?:[?#]|$)/.test(source);
}
