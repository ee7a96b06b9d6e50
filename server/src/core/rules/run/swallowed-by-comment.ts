import { swallowingComment } from '../../dockerfile/swallowed.ts';
import { type DockerfileRule, runsOf } from '../context.ts';

/** Docker joins continued lines before the shell sees them: a comment behind code goes on to the end of the RUN. */
export const rule: DockerfileRule = {
  summary: 'No comment inside a RUN takes the lines behind it along.',
  severity: 'error',
  aliases: [],
  fixable: true,
  needs: ['RUN'],
  check(context) {
    const { file } = context;
    return runsOf(file.instructions).flatMap(({ run }) => {
      if (run.json || run.script.scopes.length === 0 || run.script.scopes[0]?.kind !== 'line') return [];
      const found = swallowingComment(file, run);
      if (!found) return [];
      const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
      const indent = file.text.slice(file.text.lastIndexOf('\n', found.lost.start) + 1, found.lost.start);
      const comment = file.text.slice(found.start, found.end);
      return [
        {
          range: context.range(found),
          message: `Docker joins these lines, so that the comment goes on to the end of the RUN: \`${file.text.slice(found.lost.start, found.lost.end)}\` and what follows never run. Give the comment a line of its own.`,
          related: [{ location: { uri: file.uri, range: context.range(found.lost) }, message: 'From here on nothing runs' }],
          fixes: [
            {
              title: 'Give the comment its own line',
              edits: [
                {
                  range: context.range({ start: found.start, end: found.lineEnd }),
                  text: `${file.escapeMark}${newline}${indent}${comment}`,
                },
              ],
              preview: true,
            },
          ],
        },
      ];
    });
  },
};
