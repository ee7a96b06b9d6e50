import type { Span } from '../../dockerfile/model.ts';
import type { PackageCall } from '../../dockerfile/packages.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Fix } from '../rule.ts';

const get =
  /^(?:install|reinstall|remove|purge|update|upgrade|autoremove|autopurge|clean|autoclean|build-dep|source|download|changelog|satisfy|check|dist-?clean|dist-upgrade)$/;
const cache = /^(?:search|show|showsrc|depends|rdepends|policy|madison)$/;

/** apt(8) is made for people at a terminal: its options and output may change; apt-get(8) keeps them for scripts. */
export const rule: DockerfileRule = {
  summary: 'Scripts call apt-get and apt-cache, whose options and output stay the same.',
  severity: 'warning',
  aliases: ['DL3027'],
  fixable: true,
  needs: ['packages'],
  check(context) {
    return context.commands.calls.flatMap(({ call }) => {
      const word = call.command.words[0];
      if (call.program !== 'apt' || !word) return [];
      const end = word.end - (/["']$/.test(word.text) ? 1 : 0);
      const span = { start: end - 3, end };
      const better = cache.test(call.verb.value) ? 'apt-cache' : 'apt-get';
      return [
        {
          range: context.range(span),
          message: `\`apt\` is for people at a terminal and warns that its interface may change. Call \`${better}\`.`,
          fixes: fixOf(context, call, span, better),
        },
      ];
    });
  },
};

function fixOf(context: DockerfileContext, { verb }: PackageCall, span: Span, better: string): readonly Fix[] {
  const edits = [{ range: context.range(span), text: better }];
  const title = `Call ${better}`;
  if (verb.value === 'full-upgrade') return [{ title, edits: [...edits, { range: context.range(verb), text: 'dist-upgrade' }] }];
  return get.test(verb.value) || cache.test(verb.value) ? [{ title, edits }] : [];
}
