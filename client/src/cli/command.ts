import type { Output } from './output.ts';

export interface CliOption {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** Name of the value in the help: `<folder>`. */
  readonly value?: string;
  readonly help: string;
  readonly choices?: readonly string[];
}

/** The arguments of one call, checked against the command's declaration. */
export interface Arguments {
  readonly operands: readonly string[];
  text(option: string): string | undefined;
  flag(option: string): boolean;
}

/** One call of a command. */
export interface Call {
  readonly arguments: Arguments;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** Absolute; what relative paths start from. */
  readonly directory: string;
  /** Address of the folder of the rules' pages, with a slash at its end. */
  readonly pages: () => string;
  /** Of Waybill. */
  readonly version: () => string;
}

/** One command of the CLI, with all that its help says. */
export interface CliCommand {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Positional arguments as the help writes them: `<service> [environment]`. */
  readonly operands: string;
  /** How many operands are needed and allowed. */
  readonly count: { readonly least: number; readonly most: number };
  /** What it does, in a few sentences. */
  readonly about: string;
  readonly options: Readonly<Record<string, CliOption>>;
  readonly examples: readonly { readonly command: string; readonly means: string }[];
  /** Answers the exit code; throws WaybillErrors. */
  run(call: Call): Promise<number>;
}

/** Exit codes: fine, findings or an unhealthy release, usage or configuration, could not do it. */
export const exit = { fine: 0, findings: 1, usage: 2, failed: 3 } as const;
