import type { ImageReference } from '../../dockerfile/model.ts';
import { platformArgs } from '../../dockerfile/parse.ts';
import { expand } from '../../dockerfile/variables.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Report } from '../rule.ts';

/** Grammar: https://pkg.go.dev/github.com/distribution/reference */
const path = '[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*';
const host = '(?:[\\w.-]+|\\[[\\da-fA-F:]+\\])(?::\\d+)?/';
const valid = new RegExp(`^(?:${host})?${path}(?:/${path})*(?::\\w[\\w.-]{0,127})?(?:@\\w+(?:[-_+.]\\w+)*:[\\da-fA-F]{32,})?$`);

/** FROM names an image also when the build gives no arguments. */
export const rule: DockerfileRule = {
  summary: 'The defaults of the ARGs in a FROM make a valid image reference.',
  severity: 'info',
  aliases: ['InvalidDefaultArgInFrom'],
  fixable: false,
  needs: ['variable'],
  check: (context) =>
    context.file.stages.flatMap(({ from: { image }, parent }) => {
      if (!image || parent || image.variables.length === 0 || image.text.length > 1000) return [];
      // What is not declared at all is another rule.
      if (!image.variables.every((name) => context.file.globalArgs.has(name) || platformArgs.includes(name))) return [];
      return reportOf(context, image) ?? [];
    }),
};

function reportOf(context: DockerfileContext, image: ImageReference): Report | undefined {
  const { file, range } = context;
  if (image.variables.some((name) => platformArgs.includes(name))) return undefined;
  const { value = '' } = expand(image.text, (name) => file.globalArgs.get(name) ?? '', file.escapeMark);
  if (valid.test(value)) return undefined;
  const empty = image.variables.filter((name) => (file.globalArgs.get(name) ?? '') === '').map((name) => `\`${name}\``);
  // Where standards judge what a file stands on, `base/argument` says so, and louder.
  if (empty.length > 0 && isJudged(context)) return undefined;
  const cause =
    empty.length > 0 ? `${empty.join(' and ')} ${empty.length > 1 ? 'have' : 'has'} no default` : `the defaults make \`${value}\``;
  const message = `Without build arguments this is no image: ${cause}. Give the ARG a default that works, so that a plain build does.`;
  return { range: range(image), message, ...(empty.length > 0 ? {} : { severity: 'warning' }) };
}

function isJudged({ standards, layer }: DockerfileContext): boolean {
  const demanded = standards?.severity['base/argument'] ?? standards?.severity['base/*'];
  return standards !== undefined && layer !== undefined && demanded !== 'off';
}
