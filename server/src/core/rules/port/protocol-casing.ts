import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** Protocols in EXPOSE are written in lower case. */
export const rule: DockerfileRule = {
  summary: 'The protocol in EXPOSE is written in lower case.',
  severity: 'hint',
  aliases: ['ExposeProtoCasing'],
  fixable: true,
  needs: ['EXPOSE'],
  check: (context) =>
    instructionsOf(context.file.instructions, 'EXPOSE').flatMap(({ words }) =>
      words.flatMap((word) => {
        const protocol = /\/(tcp|udp|sctp)["']?$/i.exec(word.text);
        const name = protocol?.[1] ?? '';
        if (!protocol || name === name.toLowerCase()) return [];
        const start = word.start + protocol.index + 1;
        const span = { start, end: start + name.length };
        const message = `Protocols are written in lower case: \`${name.toLowerCase()}\`.`;
        return [
          {
            range: context.range(span),
            message,
            fixes: [replacement(context, span, name.toLowerCase(), `Write \`${name.toLowerCase()}\``)],
          },
        ];
      }),
    ),
};
