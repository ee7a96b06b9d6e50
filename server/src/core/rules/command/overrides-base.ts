import { lineSpan } from '../../dockerfile/lineSpan.ts';
import type { WordsInstruction } from '../../dockerfile/model.ts';
import { baseImage, demandedBy, setByBase, shippedInstructions } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Fix } from '../rule.ts';

/** The program that the base image starts stays the first: it supervises, registers and collects. */
export const rule: DockerfileRule = {
  summary: 'An application does not replace the ENTRYPOINT or CMD of its base image when the standards protect it.',
  severity: 'error',
  aliases: [],
  fixable: true,
  needs: ['CMD', 'ENTRYPOINT'],
  check(context) {
    const base = startOfBase(context);
    if (context.layer !== 'app' || !context.standards?.policy.protected?.entrypoint || !base) return [];
    const protects = base.cmd.length > 0 || base.entrypoint.length === 0 ? ['ENTRYPOINT', 'CMD'] : ['ENTRYPOINT'];
    const program = programOf([...base.entrypoint, ...base.cmd]);
    return shippedInstructions(context).flatMap((instruction) => {
      if ((instruction.kind !== 'ENTRYPOINT' && instruction.kind !== 'CMD') || !protects.includes(instruction.kind)) return [];
      const own = base[instruction.kind === 'CMD' ? 'cmd' : 'entrypoint'];
      if (keeps(instruction, own)) return [];
      return [
        {
          range: context.range(instruction.keyword),
          message: `This replaces the ${own.length > 0 ? instruction.kind : 'command'} of the base image \`${base.name}\`: \`${program}\` no longer runs, and what it supervises, registers or collects is gone.`,
          fixes: fixesOf(context, instruction, base.cmd.length === 0),
          related: [
            ...setByBase(context, ({ kind }) => kind === instruction.kind, 'sets it here'),
            ...demandedBy(context, 'protected.entrypoint'),
          ],
        },
      ];
    });
  },
};

interface Start {
  readonly name: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
}

/** What the base image starts, by its entry in the catalogue, else by its Dockerfile; undefined when it starts nothing. */
function startOfBase(context: DockerfileContext): Start | undefined {
  const image = baseImage(context)?.match?.image;
  if (image?.layer !== 'base') return undefined;
  const { config, name } = image;
  const written = config ? undefined : context.sourceOf?.(image)?.stages.at(-1)?.instructions;
  const wordsOf = (wanted: 'ENTRYPOINT' | 'CMD') =>
    written?.flatMap((instruction) => (instruction.kind === wanted ? [instruction.words.map(({ value }) => value)] : [])).at(-1) ?? [];
  const entrypoint = config?.entrypoint ?? wordsOf('ENTRYPOINT');
  const cmd = config?.cmd ?? wordsOf('CMD');
  return entrypoint.length + cmd.length > 0 ? { name, entrypoint, cmd } : undefined;
}

/** True when the base's program is still started, with other arguments or behind another program. */
function keeps({ words }: WordsInstruction, own: readonly string[]): boolean {
  const program = programOf(own);
  return program !== '' && words.some(({ value }) => value === own[0] || programOf([value]) === program);
}

function programOf(words: readonly string[]): string {
  const first = words[0] ?? '';
  return first.slice(first.lastIndexOf('/') + 1);
}

function fixesOf(context: DockerfileContext, instruction: WordsInstruction, argumentsAreFree: boolean): readonly Fix[] {
  const remove = replacement(context, lineSpan(context.file.text, instruction), '', `Remove ${instruction.kind}`, true);
  const hasCmd = shippedInstructions(context).some(({ kind }) => kind === 'CMD');
  if (instruction.kind !== 'ENTRYPOINT' || !instruction.json || hasCmd || !argumentsAreFree) return [remove];
  return [replacement(context, instruction.keyword, 'CMD', "Make it CMD: what the base's program starts", true), remove];
}
