import type { Dockerfile, Instruction } from '../../dockerfile/model.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** All keywords of a file are in capitals, or all in small letters. */
export const rule: DockerfileRule = {
  summary: 'The keywords of a file are written alike: in capitals, or in small letters.',
  severity: 'hint',
  aliases: ['ConsistentInstructionCasing', 'CASING_INSTRUCTION'],
  fixable: true,
  check(context) {
    const wanted = majority(context.file);
    return context.file.instructions.flatMap(({ kind, keyword }) => {
      const written = wanted(keyword.value);
      if (kind === 'unknown' || keyword.value === written) return [];
      return [
        {
          range: context.range(keyword),
          message: `Most keywords of this file are in ${written === keyword.value.toUpperCase() ? 'capitals' : 'small letters'}. Write \`${written}\`.`,
          aliases: ['ConsistentInstructionCasing', ...(keyword.value === keyword.value.toUpperCase() ? [] : ['CASING_INSTRUCTION'])],
          fixes: [replacement(context, keyword, written, `Write \`${written}\``)],
        },
      ];
    });
  },
};

/** Small letters win only when there are more of them. */
function majority({ instructions }: Dockerfile): (keyword: string) => string {
  const known = instructions.filter(({ kind }) => kind !== 'unknown');
  const small = known.filter(({ keyword }: Instruction) => keyword.value === keyword.value.toLowerCase()).length;
  const capitals = known.filter(({ keyword }: Instruction) => keyword.value === keyword.value.toUpperCase()).length;
  return small > capitals ? (keyword) => keyword.toLowerCase() : (keyword) => keyword.toUpperCase();
}
