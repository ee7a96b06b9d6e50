import { looksLikeOtherText, refusalOf } from '../../dockerfile/refusal.ts';
import type { DockerfileRule } from '../context.ts';

/** What is no Dockerfile is told once, instead of line by line. */
export const rule: DockerfileRule = {
  summary: 'The file is a Dockerfile: text in UTF-8, with Docker’s instructions.',
  severity: 'error',
  aliases: [],
  fixable: false,
  check({ file, range }) {
    const refusal = refusalOf(file.text);
    if (refusal) return [{ range: range({ start: 0, end: 0 }), message: refusal }];
    const [first] = file.instructions;
    if (!first || !looksLikeOtherText(file)) return [];
    return [
      {
        range: range(first.keyword),
        message: 'This is not a Dockerfile: there is no FROM, and hardly a line begins with an instruction.',
        aliases: ['UNKNOWN_INSTRUCTION'],
      },
    ];
  },
};
