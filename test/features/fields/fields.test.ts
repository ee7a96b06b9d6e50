import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contains } from '../../../server/src/core/text/edits.ts';
import { parseYaml } from '../../../server/src/core/yaml/parse.ts';
import { alternatives, type JsonSchema } from '../../../server/src/core/yaml/schema.ts';
import type { YamlNode } from '../../../server/src/core/yaml/tree.ts';
import { validate } from '../../../server/src/core/yaml/validate.ts';
import type { Violation } from '../../../server/src/core/yaml/violation.ts';
import type { Range } from '../../../server/src/protocol.ts';
import { fieldRows, fieldTables } from './fieldRows.ts';
import { type Field, fieldsOf, fileWith } from './fields.ts';

interface Judged {
  readonly violations: readonly Violation[];
  readonly range: Range;
}

/** What is said of a file with this value, and where key and value stand in it. */
function judged(root: JsonSchema, field: Field, value: string, key?: string): Judged {
  const text = fileWith(root, field.steps, value, key);
  const file = parseYaml(text);
  assert.deepEqual(file.problems, [], text);
  return {
    violations: file.root ? validate(root, file.root) : [],
    range: rangeAt(file.root, key ? [...field.steps.slice(0, -1), key] : field.steps),
  };
}

/** From the key to the end of the value. */
function rangeAt(root: YamlNode | undefined, steps: readonly string[]): Range {
  let node = root;
  let start = root?.range.start;
  for (const step of steps) {
    const entry = node?.kind === 'map' ? node.entries[0] : undefined;
    start = node?.kind === 'list' ? node.items[0]?.range.start : entry?.keyRange.start;
    node = node?.kind === 'list' ? node.items[0] : entry?.value;
    assert.ok(node && start && (step === '[]' || step === '*' || entry?.key === step), `no ${step}`);
  }
  assert.ok(node && start);
  return { start, end: node.range.end };
}

for (const [name, root] of Object.entries(fieldTables)) {
  const rows = fieldRows(name);
  const fields = new Map(fieldsOf(root).map((field) => [field.path, field]));
  describe(`fields of ${name}`, () => {
    it('have a good and a bad value each', () => {
      const missing = [...fields.keys()].filter((path) => !rows.some((row) => row.path === path && row.good !== undefined));
      assert.deepEqual(missing, [], 'add a row for each of them');
      assert.deepEqual(
        rows.map((row) => row.path).filter((path) => !fields.has(path)),
        [],
        'there are no such fields',
      );
    });

    it('are taught: a title, a sentence, and an example or the words to choose from', () => {
      const silent = [...fields.values()].filter(({ steps, schema }) => {
        const own = alternatives(root, schema);
        const shown = [schema, ...own].some((one) => one.examples || one.default !== undefined || one.enum || one.type === 'boolean');
        const map = own.some((one) => one.properties);
        const entry = steps.at(-1) === '[]' || steps.at(-1) === '*';
        const told = (schema.markdownDescription ?? '').length >= 12 && (entry || Boolean(schema.title));
        return !(told || (entry && own.every((one) => one.patternErrorMessage ?? one.errorMessage ?? one.type))) || !(shown || map);
      });
      assert.deepEqual(
        silent.map(({ path }) => path),
        [],
      );
    });

    it('take their own examples and defaults', () => {
      for (const field of fields.values()) {
        const values = [field.schema, ...alternatives(root, field.schema)].flatMap(({ examples = [], default: standard }) => [
          ...examples,
          ...(standard === undefined ? [] : [standard]),
        ]);
        for (const value of values)
          assert.deepEqual(judged(root, field, JSON.stringify(value)).violations, [], `${field.path}: ${JSON.stringify(value)}`);
      }
    });

    for (const row of rows) {
      const field = fields.get(row.path);
      if (!field) continue;
      if (row.good !== undefined) {
        it(`${row.path} takes ${row.good}`, () => assert.deepEqual(judged(root, field, row.good ?? '').violations, []));
      }
      it(`${row.path} refuses ${row.bad}`, () => {
        const { violations, range } = judged(root, field, row.bad);
        const found = violations.find((violation) => violation.message === row.says);
        assert.ok(found, violations.map(({ message }) => message).join('\n') || 'nothing is said');
        assert.ok(contains(range, found.range.start) && contains(range, found.range.end), 'what is said stands elsewhere');
        assert.equal(found.replacement !== undefined, /Did you mean|It is always/.test(found.message), 'a hint has a fix');
      });
    }

    for (const field of fields.values()) {
      const key = field.steps.at(-1) ?? '';
      if (key === '[]' || key === '*' || !closed(root, field)) continue;
      it(`${field.path}: a slip in the key is repaired`, () => {
        const slip = key.length > 3 ? key.slice(0, -3) + key.slice(-2, -1) + key.slice(-3, -2) + key.slice(-1) : `${key}x`;
        const wrong = slip === key ? `${key}x` : slip;
        const { violations } = judged(root, field, 'x', wrong);
        const found = violations.find(({ message }) => message.startsWith(`\`${wrong}\` is unknown here.`));
        assert.ok(found, violations.map(({ message }) => message).join('\n'));
        assert.equal(found.replacement?.text, key, found.message);
      });
    }
  });
}

/** True where an unknown key is a mistake. */
function closed(root: JsonSchema, field: Field): boolean {
  let schemas: readonly JsonSchema[] = alternatives(root, root);
  for (const step of field.steps.slice(0, -1)) {
    schemas = schemas.flatMap((schema) => {
      const child = step === '[]' ? schema.items : step === '*' ? schema.additionalProperties : schema.properties?.[step];
      return typeof child === 'object' ? alternatives(root, child) : [];
    });
  }
  return schemas.every((schema) => schema.type !== 'object' || (schema.additionalProperties === false && !schema['x-openKey']));
}
