import { maxLength } from '../../dockerfile/parse.ts';
import type { DockerfileRule } from '../context.ts';

/** A file of many megabytes is no Dockerfile. */
export const rule: DockerfileRule = {
  summary: 'A Dockerfile has at most two million characters; larger files are not judged.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  check({ file, range }) {
    if (file.text.length <= maxLength) return [];
    const size = (file.text.length / 1_000_000).toFixed(1);
    const message = `This file has ${size} million characters. No Dockerfile is that large, so it was not read: no rule was applied. If it is none, give it another name.`;
    return [{ range: range({ start: 0, end: 0 }), message }];
  },
};
