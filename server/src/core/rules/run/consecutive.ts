import { consecutiveRuns, joinEdit } from '../../dockerfile/joins.ts';
import type { DockerfileRule } from '../context.ts';

/** Every RUN is a layer; two small ones in a row are often one step. */
export const rule: DockerfileRule = {
  summary: 'Small RUNs in a row are one RUN.',
  severity: 'hint',
  aliases: ['DL3059'],
  fixable: true,
  needs: ['RUN'],
  check(context) {
    return context.file.stages.flatMap((stage) =>
      consecutiveRuns(stage.instructions).flatMap(([first, second]) => {
        if (first.script.commands.length !== 1 || second.script.commands.length !== 1) return [];
        const edit = joinEdit(context.file, first, second);
        return [
          {
            range: context.range(second.keyword),
            message:
              'This RUN and the one before it make two layers of two small steps. Chain them with `&&`, unless the cache should keep them apart.',
            fixes: edit ? [{ title: 'Join with the RUN before', edits: [edit], preview: true }] : [],
          },
        ];
      }),
    );
  },
};
