import type { Pair, PairInstruction } from '../../dockerfile/model.ts';
import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Fix } from '../rule.ts';

/** ENV and LABEL are written with an equals sign. */
export const rule: DockerfileRule = {
  summary: 'ENV and LABEL are written as `KEY=value`.',
  severity: 'info',
  aliases: ['LegacyKeyValueFormat'],
  fixable: true,
  needs: ['ENV', 'LABEL'],
  check(context) {
    const own = new Set<unknown>(context.file.instructions);
    return instructionsOf(context.file.instructions, 'ENV', 'LABEL').flatMap((instruction) => {
      const pair = legacyPair(context, instruction);
      if (!pair) return [];
      const fix = fixOf(context, pair);
      return [
        {
          range: context.range(pair),
          message: `\`${instruction.kind} ${pair.name.text} value\` is the old form, in which the rest of the line is one value. Write \`${pair.name.text}=value\`.`,
          tags: ['deprecated'],
          aliases: !own.has(instruction) ? [] : ['LegacyKeyValueFormat'],
          fixes: fix ? [fix] : [],
        },
      ];
    });
  },
};

function legacyPair({ file }: DockerfileContext, { pairs }: PairInstruction): Required<Pair> | undefined {
  const [pair] = pairs;
  if (!pair?.value || pairs.length !== 1 || file.text[pair.name.end] === '=') return undefined;
  return { ...pair, value: pair.value };
}

/** Only where the two forms certainly mean the same. */
function fixOf(context: DockerfileContext, { name, value, start, end }: Required<Pair>): Fix | undefined {
  const text = value.text.trimEnd();
  const whole = /^"[^"\\\n]*"$|^'[^'\n]*'$/.test(text);
  if (!whole && /["'\\`\n]/.test(text)) return undefined;
  const written = whole || !/[\s#]/.test(text) ? text : `"${text}"`;
  return replacement(context, { start, end }, `${name.text}=${written}`, `Write \`${name.text}=…\``);
}
