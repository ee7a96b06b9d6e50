/**
 * A Dockerfile as rules and features see it: made once per version of a document by `parseDockerfile`, never changed.
 * All spans are UTF-16 offsets into the document's text, so that every word can be pointed at exactly.
 * Grammar: https://docs.docker.com/reference/dockerfile/
 */
import type { Severity } from '../../protocol.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { ShellScript } from './shellModel.ts';
import type { Span, Word } from './spans.ts';

export type { Span, Word } from './spans.ts';

/** `--name` or `--name=value`. */
export interface Flag extends Span {
  readonly name: string;
  readonly value?: Word;
}

/** A pair of ENV, ARG or LABEL; `value` is absent in `ARG NAME`. */
export interface Pair extends Span {
  readonly name: Word;
  readonly value?: Word;
}

/** A here-document that Docker itself reads: `<<EOF` in RUN, COPY and ADD. */
export interface Heredoc {
  readonly name: string;
  /** The `<<EOF` of the instruction's line. */
  readonly operator: Span;
  readonly body: Span;
  /** The line that ends it; absent when the file ends first. */
  readonly terminator?: Span;
  /** `<<-`: leading tabs are dropped. */
  readonly chomp: boolean;
  /** False when the delimiter is quoted. */
  readonly expand: boolean;
}

/** `# key=value` at the head of the file. */
export interface Directive extends Span {
  readonly name: string;
  readonly value: Word;
}

export interface Comment extends Span {
  /** Without the `#` and the blanks around it. */
  readonly text: string;
  /** Offset of the first character of `text`. */
  readonly textStart: number;
}

/** An image as written, with the place of each part. */
export interface ImageReference extends Span {
  /** As written. */
  readonly text: string;
  /** With variables replaced by their defaults; undefined when one has none. */
  readonly resolved?: string;
  /** Host and path of the resolved reference. */
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
  /** Parts as they stand in the document; absent when they are hidden in a variable. */
  readonly repositorySpan: Span;
  readonly tagSpan?: Span;
  readonly digestSpan?: Span;
  /** Names of the variables that the reference uses. */
  readonly variables: readonly string[];
}

interface InstructionBase extends Span {
  readonly keyword: Word;
  readonly flags: readonly Flag[];
  /** Everything after keyword and flags, without trailing blanks. */
  readonly body: Span;
  readonly heredocs: readonly Heredoc[];
  /** End of the instruction's own lines, before the bodies of its heredocs. */
  readonly headEnd: number;
  /** Index in `stages`; undefined before the first FROM. */
  readonly stage?: number;
}

export interface FromInstruction extends InstructionBase {
  readonly kind: 'FROM';
  readonly image?: ImageReference;
  readonly as?: Word;
  readonly name?: Word;
}

export interface RunInstruction extends InstructionBase {
  readonly kind: 'RUN';
  readonly json?: readonly Word[];
  /** The body as shell; empty for bodies of other shells and for programs in JSON form. */
  readonly script: ShellScript;
  /** Targets of `--mount=type=cache` and `type=tmpfs`, without a trailing slash. */
  readonly scratch: readonly string[];
}

/** ENV, ARG and LABEL. */
export interface PairInstruction extends InstructionBase {
  readonly kind: 'ENV' | 'ARG' | 'LABEL';
  readonly pairs: readonly Pair[];
}

export interface CopyInstruction extends InstructionBase {
  readonly kind: 'COPY' | 'ADD';
  readonly from?: Word;
  readonly sources: readonly Word[];
  readonly destination?: Word;
}

/** USER, WORKDIR, STOPSIGNAL and MAINTAINER: one value. */
export interface ValueInstruction extends InstructionBase {
  readonly kind: 'USER' | 'WORKDIR' | 'STOPSIGNAL' | 'MAINTAINER';
  readonly value?: Word;
}

/** Instructions whose arguments are words or a JSON array. */
export interface WordsInstruction extends InstructionBase {
  readonly kind: 'CMD' | 'ENTRYPOINT' | 'SHELL' | 'VOLUME' | 'EXPOSE' | 'HEALTHCHECK';
  readonly words: readonly Word[];
  readonly json: boolean;
}

export interface OnbuildInstruction extends InstructionBase {
  readonly kind: 'ONBUILD';
  readonly trigger?: Instruction;
}

export interface UnknownInstruction extends InstructionBase {
  readonly kind: 'unknown';
}

export type Instruction =
  | FromInstruction
  | RunInstruction
  | PairInstruction
  | CopyInstruction
  | ValueInstruction
  | WordsInstruction
  | OnbuildInstruction
  | UnknownInstruction;

export interface Stage {
  readonly index: number;
  readonly from: FromInstruction;
  readonly name?: string;
  /** The earlier stage that it stands on. */
  readonly parent?: Stage;
  readonly instructions: readonly Instruction[];
  /** From the start of FROM to the end of its last instruction. */
  readonly span: Span;
}

export interface SyntaxProblem extends Span {
  readonly message: string;
  readonly severity: Severity;
  readonly aliases: readonly string[];
  /** What a misspelt word was most likely meant to be. */
  readonly meant?: string;
}

export interface Dockerfile {
  readonly uri: string;
  readonly text: string;
  readonly index: LineIndex;
  readonly escapeMark: '\\' | '`';
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
  readonly instructions: readonly Instruction[];
  readonly stages: readonly Stage[];
  /** ARGs before the first FROM: name → default. */
  readonly globalArgs: ReadonlyMap<string, string | undefined>;
}
