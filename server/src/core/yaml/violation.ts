import type { Range } from '../../protocol.ts';

/** A value that does not have the shape that the schema asks for. */
export interface Violation {
  readonly range: Range;
  readonly message: string;
  /** Text that would be right in place of `range`. */
  readonly replacement?: {
    readonly title: string;
    readonly text: string;
    /** It is what was probably meant; the file means something else with it. */
    readonly guess?: boolean;
  };
}
