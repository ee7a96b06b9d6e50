import { currentReference, imageNamed } from '../../dockerfile/catalogue.ts';
import type { Dockerfile, ImageReference, PairInstruction } from '../../dockerfile/model.ts';
import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { insertion } from '../edits.ts';
import type { Fix } from '../rule.ts';

/** What FROM stands on can be judged from the file alone: its variables have defaults. */
export const rule: DockerfileRule = {
  summary: 'FROM does not depend on an ARG without a default.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['variable'],
  check(context) {
    if (!context.standards || context.layer === undefined) return [];
    return context.file.stages.flatMap(({ from: { image }, parent }) => {
      if (!image || parent || image.resolved !== undefined || image.variables.length === 0) return [];
      // A variable that no ARG declares is another fault, with a rule of its own.
      const open = image.variables.filter((name) => withoutDefault(context.file, name) && !isPlatform(name));
      if (open.length === 0) return [];
      const names = open.map((name) => `\`${name}\``).join(', ');
      return [
        {
          range: context.range(image),
          message: `Whoever builds decides what this stands on: ${names} ${open.length === 1 ? 'has' : 'have'} no default, so no standard can be checked. Give a default that the standards allow.`,
          fixes: fixesOf(context, image, open),
        },
      ];
    });
  },
};

function withoutDefault({ globalArgs }: Dockerfile, name: string): boolean {
  return globalArgs.has(name) && globalArgs.get(name) === undefined;
}

/** Arguments that the builder itself fills: https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
function isPlatform(name: string): boolean {
  return /^(?:TARGET|BUILD)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)$/.test(name);
}

/** A whole reference in one variable becomes that of the manifest's base. */
function fixesOf(context: DockerfileContext, image: ImageReference, open: readonly string[]): readonly Fix[] {
  const [name] = open;
  const base = imageNamed(context.standards, context.manifest?.base?.name);
  if (!base?.current || open.length !== 1 || !/^\$\{?\w+\}?$/.test(image.text)) return [];
  const global = context.file.instructions.filter(({ stage }) => stage === undefined);
  const declared = instructionsOf(global, 'ARG')
    .flatMap((argument: PairInstruction) => argument.pairs)
    .find((pair) => pair.name.value === name);
  if (!declared || declared.value) return [];
  return [insertion(context, declared.name.end, `=${currentReference(base)}`, `Default to ${base.name}`, true)];
}
