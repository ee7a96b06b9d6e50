/** The core's answers in LSP's words. */
import {
  type CodeAction,
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type DocumentSymbol,
  type Hover,
  InsertTextFormat,
  InsertTextMode,
  type LocationLink,
  MarkupKind,
  SymbolKind,
  TextEdit,
} from 'vscode-languageserver/node';
import type * as answers from '../core/features/answers.ts';
import type * as actions from '../core/features/codeActions.ts';
import type { Refactor } from '../core/features/refactorManifest.ts';
import type { Finding } from '../core/rules/rule.ts';
import type { Severity } from '../protocol.ts';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};
const tags = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated };

/** @param pages address of the folder that holds the rules' pages, with a slash at its end */
export function diagnosticOf(finding: Finding, pages: string | undefined): Diagnostic {
  return {
    range: finding.range,
    severity: severities[finding.severity],
    source: 'waybill',
    code: finding.rule,
    message: finding.message,
    ...pageOf(finding.rule, pages),
    ...(finding.tags?.length ? { tags: finding.tags.map((tag) => tags[tag]) } : {}),
    ...(finding.related?.length ? { relatedInformation: finding.related.map(({ location, message }) => ({ location, message })) } : {}),
  };
}

/** ShellCheck's checks have their pages in its own wiki. */
function pageOf(rule: string, pages: string | undefined): Pick<Diagnostic, 'codeDescription'> {
  const [, code] = /^shellcheck\/(SC\d+)$/.exec(rule) ?? [];
  if (code) return { codeDescription: { href: `https://www.shellcheck.net/wiki/${code}` } };
  return pages ? { codeDescription: { href: `${pages}${rule}.md` } } : {};
}

const completionKinds: Readonly<Record<answers.Completion['kind'], CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  enum: CompletionItemKind.EnumMember,
  reference: CompletionItemKind.Reference,
  variable: CompletionItemKind.Variable,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
};

/**
 * A text with the way to the field's page beneath.
 * @param pages address of the folder of the rules' pages; those about files are beside it
 */
function withPage(text: string, page: string | undefined, pages: string | undefined): string {
  const link = page && pages?.endsWith('rules/') ? `[Documentation](${pages.replace(/rules\/$/, 'files/')}${page})` : '';
  return [text, link].filter(Boolean).join('\n\n');
}

export function completionOf(completion: answers.Completion, pages: string | undefined): CompletionItem {
  const documentation = withPage(completion.documentation ?? '', completion.page, pages);
  return {
    label: completion.label,
    kind: completionKinds[completion.kind],
    sortText: completion.sortText,
    filterText: completion.filterText ?? completion.label,
    textEdit: TextEdit.replace(completion.edit.range, completion.edit.text),
    insertTextFormat: completion.snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    insertTextMode: InsertTextMode.adjustIndentation,
    ...(completion.detail ? { detail: completion.detail } : {}),
    ...(documentation ? { documentation: { kind: MarkupKind.Markdown, value: documentation } } : {}),
    ...(completion.deprecated ? { tags: [CompletionItemTag.Deprecated] } : {}),
    ...(completion.again ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } } : {}),
  };
}

export function hoverOf(hover: answers.Hover, pages: string | undefined): Hover {
  return { contents: { kind: MarkupKind.Markdown, value: withPage(hover.markdown, hover.page, pages) }, range: hover.range };
}

export function linkOf(definition: answers.Definition): LocationLink {
  return {
    originSelectionRange: definition.from,
    targetUri: definition.uri,
    targetRange: definition.range,
    targetSelectionRange: definition.range,
  };
}

const symbolKinds = { map: SymbolKind.Module, list: SymbolKind.Array, value: SymbolKind.Property };

export function symbolOf(symbol: answers.DocumentSymbol): DocumentSymbol {
  return {
    name: symbol.name,
    kind: symbolKinds[symbol.kind],
    range: symbol.range,
    selectionRange: symbol.selection,
    children: symbol.children.map(symbolOf),
    ...(symbol.detail ? { detail: symbol.detail } : {}),
  };
}

export function actionOf(action: actions.CodeAction, uri: string, pages: string | undefined): CodeAction {
  return {
    title: action.title,
    kind: action.kind,
    isPreferred: action.preferred,
    edit: { changes: { [uri]: action.edits.map(({ range, text }) => TextEdit.replace(range, text)) } },
    ...(action.finding ? { diagnostics: [diagnosticOf(action.finding, pages)] } : {}),
  };
}

/** A refactoring has no finding; VS Code offers it on demand. One that makes a file is shown before it is done. */
export function refactorOf({ title, kind, edits, create, preview }: Refactor, uri: string): CodeAction {
  const changes = edits.map(({ range, text }) => TextEdit.replace(range, text));
  if (!create) return { title, kind, edit: { changes: { [uri]: changes } } };
  const annotationId = 'waybill';
  const start = { line: 0, character: 0 };
  return {
    title,
    kind,
    edit: {
      documentChanges: [
        { kind: 'create', uri: create.uri, annotationId },
        { textDocument: { uri: create.uri, version: null }, edits: [{ range: { start, end: start }, newText: create.text, annotationId }] },
        { textDocument: { uri, version: null }, edits: changes.map((change) => ({ ...change, annotationId })) },
      ],
      changeAnnotations: { [annotationId]: { label: title, needsConfirmation: preview === true } },
    },
  };
}
