import { didYouMean, suggest } from '../../text/suggest.ts';
import { entriesAt } from '../../yaml/tree.ts';
import { type DockerfileFacts, dockerfileFacts } from '../dockerfileFacts.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** `env` is for the process and `build.args` for the build: a name stands where it has an effect. */
export const rule: ManifestRule = {
  summary: '`build.args` sets what the Dockerfile declares with ARG, and `env` sets nothing that only the build reads.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const facts = dockerfileFacts(context);
    if (!facts) return [];
    const declared = argumentsOf(facts);
    return [...unknownArguments(context, declared), ...buildOnly(context, facts, declared)];
  },
};

/** Set by the builder itself. https://docs.docker.com/reference/dockerfile/#predefined-args */
const predefined =
  /^(?:(?:https?|ftp|no|all)_proxy|(?:HTTPS?|FTP|NO|ALL)_PROXY|BUILDKIT_\w+|SOURCE_DATE_EPOCH|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT))$/;

function argumentsOf({ file }: DockerfileFacts): readonly string[] {
  const inStages = file.instructions.flatMap((one) => (one.kind === 'ARG' ? one.pairs.map((pair) => pair.name.value) : []));
  return [...new Set([...file.globalArgs.keys(), ...inStages])];
}

function unknownArguments({ yaml }: ManifestContext, declared: readonly string[]): readonly Report[] {
  return entriesAt(yaml.root, 'build', 'args')
    .filter((entry) => !declared.includes(entry.key) && !predefined.test(entry.key))
    .map((entry) => {
      const near = suggest(entry.key, declared);
      return {
        range: entry.keyRange,
        message: `The Dockerfile declares no \`ARG ${entry.key}\`: the build does not see the value.${didYouMean(entry.key, declared)}`,
        fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: entry.keyRange, text: near }] }] : [],
      };
    });
}

function buildOnly({ yaml }: ManifestContext, { env, file }: DockerfileFacts, declared: readonly string[]): readonly Report[] {
  return entriesAt(yaml.root, 'env')
    .filter((entry) => declared.includes(entry.key) && !env.has(entry.key) && !/(?:ENTRYPOINT|CMD)[^\n]*\$/.test(file.text))
    .map((entry) => ({
      range: entry.keyRange,
      message: `\`${entry.key}\` is an ARG of the Dockerfile: what the build does with it is done when the process starts. Set it under \`build.args\`, unless the process reads a variable of the same name.`,
      severity: 'info' as const,
    }));
}
