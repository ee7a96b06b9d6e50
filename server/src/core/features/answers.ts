/** What features answer, in plain data that an editor's protocol can be made of. */
import type { Location, Range } from '../../protocol.ts';
import type { TextEdit } from '../text/edits.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'enum' | 'reference' | 'variable' | 'file' | 'folder';
  /** Short, beside the label. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** Lines after the first are to be indented like the line that the edit begins in. */
  readonly edit: TextEdit;
  /** The edit's text is a snippet (`$1`, `${1:default}`). */
  readonly snippet?: boolean;
  readonly deprecated?: boolean;
  /** Answers are in their best order; this keeps an editor from sorting by label. */
  readonly sortText: string;
  /** What the typed word is compared with, when it is not the label. */
  readonly filterText?: string;
  /** Asks for completion again after it was taken. */
  readonly again?: boolean;
  /** Where the field is documented, in the folder of the pages about files. */
  readonly page?: string;
}

export interface Hover {
  readonly markdown: string;
  readonly range: Range;
  /** Where the field is documented, in the folder of the pages about files. */
  readonly page?: string;
}

export interface Definition extends Location {
  /** The word that leads there. */
  readonly from: Range;
}

export interface DocumentSymbol {
  readonly name: string;
  readonly detail?: string;
  readonly kind: 'map' | 'list' | 'value';
  readonly range: Range;
  /** Of the name. */
  readonly selection: Range;
  readonly children: readonly DocumentSymbol[];
}
