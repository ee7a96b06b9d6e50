import type { Position } from '../../protocol.ts';
import type { Dockerfile, Instruction } from '../dockerfile/model.ts';
import { instructionReference, referenceLink } from '../dockerfile/reference.ts';
import { instructionAt } from './subjectDockerfile.ts';

/** The form of an instruction that is being written; parameters are offsets in `label`. */
export interface Signature {
  readonly label: string;
  readonly documentation: string;
  readonly parameters: readonly (readonly [start: number, end: number])[];
}

export interface SignatureHelp {
  readonly signatures: readonly Signature[];
  readonly activeSignature: number;
  readonly activeParameter: number;
}

const commands: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/** The forms of the instruction that the cursor stands in, behind its keyword. */
export function dockerfileSignature(file: Dockerfile, position: Position): SignatureHelp | undefined {
  const offset = file.index.offsetAt(position);
  const instruction = instructionAt(file, offset);
  if (!instruction || offset <= instruction.keyword.end) return undefined;
  const keyword = instruction.keyword.value.toUpperCase();
  const reference = instructionReference(keyword);
  if (!reference) return undefined;
  const documentation = `${reference.summary}\n\n[Reference](${referenceLink(keyword)})`;
  const signatures = reference.forms.map((label) => ({ label, documentation, parameters: parametersOf(label) }));
  const typed = file.text.slice(instruction.body.start, Math.max(instruction.body.start, offset));
  // Behind the first word of a command there is nothing more to say.
  if (commands.has(instruction.kind) && /^\s*[^[\s-]\S*\s/.test(typed)) return undefined;
  const json = signatures.findIndex(({ label }) => label.includes('["'));
  const active =
    /^\s*\[/.test(typed) && json >= 0
      ? json
      : Math.max(
          0,
          signatures.findIndex(({ label }) => !label.includes('["')),
        );
  return { signatures, activeSignature: active, activeParameter: parameterAt(file, instruction, signatures[active], offset) };
}

/** Every word of the form behind the keyword; brackets keep theirs together. */
function parametersOf(label: string): readonly (readonly [number, number])[] {
  const start = label.indexOf(' ') + 1;
  return [...label.slice(start).matchAll(/\[--\w+=<\w+>\]|\[OPTIONS\]|<[^>]*>(?:\[[^\]]*\](?:\[[^\]]*\])?)?(?:=<[^>]*>)?|\S+/g)].map(
    (match) => [start + match.index, start + match.index + match[0].length] as const,
  );
}

function parameterAt(file: Dockerfile, instruction: Instruction, signature: Signature | undefined, offset: number): number {
  if (!signature) return 0;
  const texts = signature.parameters.map(([start, end]) => signature.label.slice(start, end));
  const options = texts.findIndex((text) => /^\[(?:OPTIONS|--)/.test(text));
  const word = /\S*$/.exec(file.text.slice(instruction.keyword.end, offset))?.[0] ?? '';
  if (word.startsWith('--')) return Math.max(0, options);
  const before = file.text.slice(instruction.body.start, offset).replace(/\S*$/, '').trim();
  const count = before === '' ? 0 : before.split(/\s+/).length;
  if (instruction.kind === 'COPY' || instruction.kind === 'ADD') {
    const isLast = instruction.destination !== undefined && offset >= instruction.destination.start;
    return texts.findIndex((text) => (isLast ? text.includes('dest') : text.includes('src')));
  }
  return Math.min(texts.length - 1, count + options + 1);
}
