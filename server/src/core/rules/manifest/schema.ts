import { isLocal } from '../../features/workspace.ts';
import type { JsonSchema } from '../../yaml/schema.ts';
import { schemaOf } from '../../yaml/schemas.ts';
import { textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { validate } from '../../yaml/validate.ts';
import type { Violation } from '../../yaml/violation.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** The file has the shape that its schema describes. */
export const rule: ManifestRule = {
  summary: 'Waybill’s files have known keys with values of the right kind.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service', 'environments', 'standards', 'record'],
  check({ yaml, kind, uri, workspace }) {
    if (!yaml.root) return [];
    if (yaml.root.kind !== 'map') {
      return yaml.problems.length > 0
        ? []
        : [{ range: yaml.root.range, message: 'This file should be a map: it begins with `apiVersion: waybill.dev/v1`.' }];
    }
    const fatal = yaml.problems.filter((problem) => problem.fatal);
    const unread = (line: number) => fatal.some(({ range, until = Number.POSITIVE_INFINITY }) => line >= range.start.line && line < until);
    const other = otherKind(yaml.root, schemaOf(kind));
    return validate(schemaOf(kind), yaml.root, { partial: isLocal(uri), remember: workspace.violations })
      .filter((violation) => !unread(violation.range.start.line))
      .flatMap((violation) => (other ? ofOtherKind(other, violation) : [violation]))
      .map((violation) => ({
        range: violation.range,
        message: violation.message,
        fixes: violation.replacement
          ? [
              {
                title: violation.replacement.title,
                edits: [{ range: violation.range, text: violation.replacement.text }],
                preview: violation.replacement.guess === true,
              },
            ]
          : [],
      }));
  },
};

/** What the kinds of files are called. */
const names: Readonly<Record<string, string>> = {
  Service: 'waybill.yaml',
  Standards: 'waybill.standards.yaml',
  Environments: 'waybill.environments.yaml',
};

interface OtherKind {
  readonly kind: YamlNode;
  readonly version: YamlNode | undefined;
  readonly message: string;
}

/** What a file says that it is, when that is something else than its name says: another file of ours, or of another program. */
function otherKind(root: YamlNode, schema: JsonSchema): OtherKind | undefined {
  const kind = valueAt(root, 'kind');
  const version = valueAt(root, 'apiVersion');
  const text = textAt(kind);
  const own = schema.properties?.kind;
  const wanted = own?.const === undefined ? (own?.enum ?? []) : [own.const];
  if (!kind || text === undefined || wanted.length === 0 || wanted.includes(text)) return undefined;
  const write = `this file is a \`kind: ${String(wanted[0])}\` by its name`;
  const name = names[text];
  if (name) return { kind, version, message: `\`kind: ${text}\` belongs in a file \`${name}\`; ${write}. Rename it, or correct the kind.` };
  const foreign = textAt(version)?.startsWith('waybill.dev/') === false;
  return foreign
    ? { kind, version, message: `\`kind: ${text}\` is a file of another program; ${write}. Give it another name.` }
    : undefined;
}

/** Of the keys of a file of another kind there is nothing to say. */
function ofOtherKind({ kind, version, message }: OtherKind, violation: Violation): readonly Violation[] {
  if (violation.range === kind.range) return [{ range: violation.range, message }];
  return violation.range === version?.range ? [violation] : [];
}
