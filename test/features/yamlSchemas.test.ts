import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { expand, type JsonSchema } from '../../server/src/core/yaml/schema.ts';
import { fieldsOf } from './fields/fields.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(resolve(root, path), 'utf8'));

interface Contributions {
  readonly languages: readonly {
    readonly id: string;
    readonly filenames?: readonly string[];
    readonly filenamePatterns?: readonly string[];
  }[];
  readonly yamlValidation: readonly { readonly fileMatch: readonly string[]; readonly url: string }[];
}

describe('schemas for other YAML tools', () => {
  const { languages, yamlValidation }: Contributions = read('package.json').contributes;

  it('stand for every file that is ours, once', () => {
    const ours = languages
      .filter(({ id }) => id.startsWith('waybill-') && id !== 'waybill-supervisor')
      .flatMap(({ filenames = [], filenamePatterns = [] }) => [...filenames, ...filenamePatterns])
      .filter((name) => /ya?ml$/.test(name));
    const matched = yamlValidation.flatMap(({ fileMatch }) => fileMatch);
    assert.deepEqual([...matched].sort(), [...ours].sort());
    for (const { url } of yamlValidation) assert.ok(existsSync(resolve(root, url)), url);
  });

  it('leave the files alone that stay in the language yaml and are judged by us', () => {
    assert.ok(!yamlValidation.some(({ fileMatch }) => fileMatch.some((name) => name.includes('hadolint'))));
  });

  it('need nothing but themselves', () => {
    for (const { url } of yamlValidation) {
      const text = readFileSync(resolve(root, url), 'utf8');
      for (const [, target = ''] of text.matchAll(/"\$ref": "([^"]*)"/g)) {
        const name = target.replace('#/definitions/', '');
        assert.ok(target.startsWith('#/definitions/') && Object.hasOwn(read(url).definitions, name), `${url}: ${target}`);
      }
    }
  });

  it('of one workstation is a part of the whole', () => {
    const whole = new Map(fieldsOf(read('schemas/environments.schema.json')).map((field) => [field.path, field.schema]));
    const local: JsonSchema = read('schemas/environments.local.schema.json');
    const fields = fieldsOf(local);
    assert.ok(fields.length > 25);
    for (const { path, schema } of fields) {
      const other = whole.get(path);
      assert.equal(other && expand(local, other).markdownDescription, schema.markdownDescription, path);
    }
  });
});
