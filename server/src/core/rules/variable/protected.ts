import type { Pair, PairInstruction } from '../../dockerfile/model.ts';
import { baseImage, demandedBy, setByBase, shippedInstructions } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { insertion } from '../edits.ts';
import { removedPair } from '../pairs.ts';
import type { Fix } from '../rule.ts';

/** Variables that the platform relies on keep what the base image gave them. */
export const rule: DockerfileRule = {
  summary: 'ENV of an application does not replace the variables that the standards protect.',
  severity: 'error',
  aliases: [],
  fixable: true,
  needs: ['ENV'],
  check(context) {
    const names = context.standards?.policy.protected?.env ?? [];
    if (context.layer !== 'app' || names.length === 0) return [];
    const image = baseImage(context)?.match?.image;
    return shippedInstructions(context).flatMap((instruction) => {
      if (instruction.kind !== 'ENV') return [];
      return instruction.pairs
        .filter((pair) => names.includes(pair.name.value) && !extendsItself(pair))
        .filter(({ name, value }) => value?.value !== image?.config?.env[name.value])
        .map((pair) => ({
          range: context.range(pair.name),
          message: `\`${pair.name.value}\` is protected by the standards: the base image's programs rely on its value. ${isPath(pair) ? 'Add to it instead of replacing it.' : 'Use a variable of your own.'}`,
          fixes: fixOf(context, instruction, pair),
          related: [
            ...setByBase(
              context,
              (set) => set.kind === 'ENV' && set.pairs.some(({ name }) => name.value === pair.name.value),
              'sets it here',
            ),
            ...demandedBy(context, 'protected.env'),
          ],
        }));
    });
  },
};

function isPath({ name }: Pair): boolean {
  return name.value.endsWith('PATH');
}

/** `PATH=/opt/x/bin:$PATH` */
function extendsItself({ name, value }: Pair): boolean {
  const text = value?.text ?? '';
  const at = text.indexOf(`$${name.value}`);
  if (text.includes(`\${${name.value}`)) return true;
  return at >= 0 && !/\w/.test(text[at + name.value.length + 1] ?? '');
}

function fixOf(context: DockerfileContext, instruction: PairInstruction, pair: Pair): readonly Fix[] {
  const { name, value } = pair;
  if (!isPath(pair)) return [removedPair(context, instruction, pair)];
  if (!value || value.text.startsWith("'")) return [];
  const end = value.text.endsWith('"') ? value.end - 1 : value.end;
  return [insertion(context, end, `:$${name.value}`, `Add to ${name.value} instead of replacing it`, true)];
}
