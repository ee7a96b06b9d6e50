import { withoutNames } from '../../dockerfile/pragmaEdits.ts';
import type { SuppressedName, Suppression } from '../../dockerfile/pragmas.ts';
import { suggest } from '../../text/suggest.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Fix, Report } from '../rule.ts';

/** A suppression of a rule that does not exist suppresses nothing. */
export const rule: DockerfileRule = {
  summary: 'Comments that suppress findings name rules that exist.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['pragma'],
  check: (context) =>
    context.pragmas.suppressions.flatMap((suppression) =>
      suppression.names.filter(({ name }) => !isKnown(context, suppression, name)).map((name) => report(context, suppression, name)),
    ),
};

function isKnown({ names }: DockerfileContext, { dialect }: Suppression, name: string): boolean {
  return names.knows(name) || (dialect === 'check' && name === 'all');
}

function report(context: DockerfileContext, suppression: Suppression, name: SuppressedName): Report {
  const near = suggest(name.name, candidates(context, suppression));
  const cut = withoutNames(context.file, suppression, [name]);
  const fixes: Fix[] = near
    ? [
        {
          title: `Change to \`${near}\``,
          edits: [{ range: context.range(name), text: near }],
          preview: near.toLowerCase() !== name.name.toLowerCase(),
        },
      ]
    : [];
  if (cut) fixes.push({ title: `Remove \`${name.name}\``, edits: [{ range: context.range(cut), text: '' }], preview: near !== undefined });
  return {
    range: context.range(name),
    message: `There is no rule \`${name.name}\`, so nothing is suppressed.${near ? ` Did you mean \`${near}\`?` : ''}`,
    fixes,
  };
}

/** In the words of the tool that the comment is written for. */
function candidates({ names }: DockerfileContext, { dialect }: Suppression): readonly string[] {
  if (dialect === 'waybill') return names.all;
  return names.all.filter((name) => (dialect === 'hadolint' ? /^DL\d/ : /^[A-Z]+[a-z]/).test(name));
}
