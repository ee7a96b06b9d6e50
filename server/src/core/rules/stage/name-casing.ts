import { stageNamed, stageReferences } from '../../dockerfile/stageReferences.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Fix } from '../rule.ts';

/** Stage names are written in lower case. */
export const rule: DockerfileRule = {
  summary: 'Stage names are written in lower case.',
  severity: 'hint',
  aliases: ['StageNameCasing'],
  fixable: true,
  needs: ['stageName'],
  check: (context) =>
    context.file.stages.flatMap(({ from: { name } }) => {
      if (!name || name.value === name.value.toLowerCase()) return [];
      const message = `The stage name \`${name.value}\` has capitals: \`--target\` and \`--from\` do not tell cases apart, readers do. Write \`${name.value.toLowerCase()}\`.`;
      return [{ range: context.range(name), message, fixes: [renamed(context, name.value)] }];
    }),
};

/** In lower case at its definition and wherever it is used in just this spelling. */
function renamed({ file, range }: DockerfileContext, name: string): Fix {
  const lower = name.toLowerCase();
  const definitions = file.stages.flatMap(({ from }) => (from.name?.value === name ? [from.name] : []));
  const bases = file.stages.flatMap(({ from, parent }) => (parent && from.image?.text === name ? [from.image] : []));
  const uses = stageReferences(file).filter(({ value }) => value === name && stageNamed(file, value));
  return {
    title: `Write \`${lower}\``,
    edits: [...definitions, ...bases, ...uses].map((span) => ({ range: range(span), text: lower })),
  };
}
