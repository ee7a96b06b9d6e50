import type { Location, Range, Severity } from '../../protocol.ts';
import type { TextEdit } from '../text/edits.ts';

/** A repair. `preview` fixes change what the file means: offered, never applied on save or by fix-all. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  readonly preview?: boolean;
}

/** What a rule reports: the offending word, and how to repair it. Id and severity are added by the runner. */
export interface Report {
  readonly range: Range;
  /** What is wrong, why it matters, what to do; names in backticks. */
  readonly message: string;
  /** Best first. */
  readonly fixes?: readonly Fix[];
  readonly related?: readonly { readonly location: Location; readonly message: string }[];
  readonly tags?: readonly ('unnecessary' | 'deprecated')[];
  /** The peers' checks that hold at this very finding, when they are fewer than the rule's. */
  readonly aliases?: readonly string[];
  /** When it differs from the rule's own (end of life that is near, say). */
  readonly severity?: Severity;
}

/** A report with its rule: what editors and the CLI show. */
export interface Finding extends Report {
  readonly rule: string;
  readonly severity: Severity;
  readonly aliases: readonly string[];
  readonly fixes: readonly Fix[];
}

/** Metadata that every rule carries on top of its file; `id` is its path below `rules/`, added by the registry. */
export interface RuleMeta {
  /** One sentence for lists: what it demands. */
  readonly summary: string;
  readonly severity: Severity;
  /** Ids of the same check in hadolint, BuildKit and dockerfile-utils. */
  readonly aliases: readonly string[];
  /** True: off unless configured or `--rules all`. */
  readonly optIn?: boolean;
  readonly fixable: boolean;
}
