import type { Stage } from '../../dockerfile/model.ts';
import { platformArgs } from '../../dockerfile/parse.ts';
import { eachUse, type Scope } from '../../dockerfile/scopes.ts';
import type { VariableUse } from '../../dockerfile/variableUses.ts';
import { lazily } from '../../text/lazily.ts';
import { suggest } from '../../text/suggest.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { insertion, replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

/** A variable has been set where it is used. */
export const rule: DockerfileRule = {
  summary: 'A variable is set, by ARG or ENV of its stage or by the base image, before it is used.',
  severity: 'warning',
  aliases: ['UndefinedVar'],
  fixable: true,
  needs: ['variable'],
  check(context) {
    const reports: Report[] = [];
    const elsewhere = lazily(() => definitions(context));
    eachUse(context, (use, scope) => {
      if (use.guarded || scope.names.has(use.name) || isOwn(use, scope)) return;
      const { kind } = scope.instruction;
      const aliases = kind === 'EXPOSE' ? [] : ['UndefinedVar'];
      reports.push({ range: context.range(use), aliases, ...reportOf(context, use, scope, elsewhere()) });
    });
    return reports;
  },
};

/** Set by the very instruction: that is another rule. */
function isOwn({ name, start }: VariableUse, { instruction }: Scope): boolean {
  return instruction.kind === 'ENV' && instruction.pairs.some((pair) => pair.name.value === name && pair.end <= start);
}

/** `ENV LD_LIBRARY_PATH=/x:$LD_LIBRARY_PATH`: what the base image may have set is kept. */
function extendsItself({ name, start, end }: VariableUse, { instruction }: Scope): boolean {
  const pairs = instruction.kind === 'ENV' ? instruction.pairs : [];
  return pairs.some((pair) => pair.name.value === name && pair.start <= start && end <= pair.end);
}

type Definitions = ReadonlyMap<string, { readonly stage: Stage; readonly start: number; readonly end: number }>;

/** Where each name is set first, in whatever stage. */
function definitions({ file }: DockerfileContext): Definitions {
  const found = new Map<string, { stage: Stage; start: number; end: number }>();
  for (const stage of file.stages) {
    for (const instruction of stage.instructions) {
      if (instruction.kind !== 'ENV' && instruction.kind !== 'ARG') continue;
      for (const { name } of instruction.pairs)
        if (!found.has(name.value)) found.set(name.value, { stage, start: name.start, end: name.end });
    }
  }
  return found;
}

function reportOf(context: DockerfileContext, use: VariableUse, scope: Scope, elsewhere: Definitions): Omit<Report, 'range'> {
  const { name } = use;
  const { file } = context;
  if (file.globalArgs.has(name) || platformArgs.includes(name)) {
    const why = file.globalArgs.has(name)
      ? `\`${name}\` is declared before the first FROM, and there it is for FROM lines alone`
      : `Docker gives \`${name}\` only to stages that ask for it`;
    const fix = insertion(context, scope.stage.from.end, `${newline(file.text)}ARG ${name}`, `Declare \`ARG ${name}\` in this stage`, true);
    return { message: `${why}: here it is empty. Repeat \`ARG ${name}\` in this stage.`, fixes: [fix] };
  }
  const other = elsewhere.get(name);
  if (other && !extendsItself(use, scope)) {
    const where = other.stage.index === scope.stage.index ? 'only further down' : 'only in another stage';
    const related = [{ location: { uri: file.uri, range: context.range(other) }, message: `\`${name}\` is set here` }];
    return { message: `\`${name}\` is set ${where}: here it is empty. Set it above this line.`, related };
  }
  const near = nearest(name, scope.names);
  if (near) {
    const fix = replacement(context, use.nameSpan, near, `Change to \`${near}\``, true);
    return { message: `Nothing sets \`${name}\`, so it is empty. Did you mean \`${near}\`?`, fixes: [fix] };
  }
  if (scope.complete) return { message: `Nothing sets \`${name}\`, neither this stage nor its base image: it is empty.` };
  const message = `This file does not set \`${name}\`: unless the base image does, it is empty. Set it, or write \`\${${name}:-default}\`.`;
  return { message, severity: name === 'HOME' ? 'info' : 'hint' };
}

/** Names are compared with so many others at most: a file may have thousands. */
const maxCompared = 50;

function nearest(name: string, names: ReadonlySet<string>): string | undefined {
  if (name.length < 4 || name.length > 60) return undefined;
  const alike: string[] = [];
  for (const known of names) {
    if (alike.length >= maxCompared) break;
    if (known !== 'PATH' && Math.abs(known.length - name.length) <= 3 && known[0] === name[0]) alike.push(known);
  }
  return suggest(name, alike);
}

function newline(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
