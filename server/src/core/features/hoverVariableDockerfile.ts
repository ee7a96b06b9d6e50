import type { Dockerfile } from '../dockerfile/model.ts';
import { platformArgs } from '../dockerfile/parse.ts';
import { sameVariable, type VariableOccurrence } from '../dockerfile/variableOccurrences.ts';
import { expand } from '../dockerfile/variables.ts';
import { variablesAt } from './completeVariableDockerfile.ts';
import type { Workspace } from './workspace.ts';

/** The value of a variable at a place, and where it comes from; undefined for names that only a shell knows. */
export function variableText(file: Dockerfile, workspace: Workspace, occurrence: VariableOccurrence): string | undefined {
  const { name, instruction, role } = occurrence;
  if (role === 'definition') return declarationText(file, workspace, occurrence);
  const known = variablesAt(file, instruction, workspace.standardsFor(file.uri)).find((variable) => variable.name === name);
  if (!known) return platformArgs.includes(name) ? platformText(name) : undefined;
  const declared = sameVariable(file, occurrence).findLast(
    ({ role: is, span }) => is === 'definition' && span.start < occurrence.span.start,
  );
  const line = declared ? ` on line ${file.index.positionAt(declared.span.start).line + 1}` : '';
  if (known.origin === 'given by BuildKit') return platformText(name);
  const value = known.value === undefined ? 'has no default: `--build-arg` must give its value' : `is \`${known.value}\` here`;
  return `**${name}** ${value}.\n\n${known.origin}${line}${known.origin.startsWith('ARG') ? '; `--build-arg` changes it' : ''}.`;
}

function declarationText(file: Dockerfile, workspace: Workspace, { name, instruction }: VariableOccurrence): string {
  const pair =
    instruction.kind === 'ARG' || instruction.kind === 'ENV' ? instruction.pairs.find((one) => one.name.value === name) : undefined;
  const before = new Map(
    variablesAt(file, instruction, workspace.standardsFor(file.uri)).map((variable) => [variable.name, variable.value]),
  );
  const inherited = instruction.stage === undefined ? undefined : file.globalArgs.get(name);
  const value = pair?.value
    ? expand(pair.value.text, (other) => before.get(other) ?? file.globalArgs.get(other), file.escapeMark).value
    : inherited;
  if (instruction.kind === 'ENV')
    return `**${name}** — in the environment of the rest of the stage and of the container${value === undefined ? '' : `: \`${value}\``}.`;
  const fallback = value === undefined ? 'no default' : `\`${value}\` by default`;
  return `**${name}** — argument of the build, ${fallback}; \`--build-arg ${name}=…\` changes it. It is not in the container.`;
}

function platformText(name: string): string {
  return `**${name}** — given by BuildKit: a part of the ${name.startsWith('BUILD') ? 'platform that builds' : 'platform that is built for'}. A stage that uses it declares \`ARG ${name}\`.`;
}
