import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseWhole, parseYaml, type YamlFile } from '../../server/src/core/yaml/parse.ts';
import { standardsText } from '../bench/measure/productLine.ts';
import { numbers } from '../corpus/mutations.ts';

const example = (name: string) => readFileSync(join(import.meta.dirname, 'complete', name), 'utf8');
const long = standardsText();
const texts = [
  long.split('\n').slice(0, 160).join('\n'),
  example('waybill.yaml'),
  example('waybill.standards.yaml'),
  example('waybill.environments.yaml'),
];
const pieces = [
  ...['\n', '  ', ' ', '- ', '"', "'", '{', '}', '[', ']', ': ', '#', 'x', 'key: v\n', '  - name: a\n', '|\n', '>-\n', '*a', '&a ', '!t '],
  ...[
    '\t',
    '---\n',
    '...\n',
    '? ',
    'a:\n',
    '\n\n',
    '# c\n',
    '<<: ',
    '\r\n',
    '\r',
    '%x',
    '{{ a }}\n',
    'name: dup\n',
    '    #x\n',
    ',',
    'version: 1\n',
  ],
];

/** What a parse says, without what it keeps for the next. */
function said({ text, root, problems }: YamlFile): object {
  return { text, root, problems: problems.map(({ range, message, fatal }) => ({ range, message, fatal })) };
}

describe('YAML is read block by block', () => {
  it('and says the same as in one go, whatever is typed where', () => {
    const count = Number(process.env.WAYBILL_FUZZ ?? 40);
    const random = numbers(Number(process.env.WAYBILL_SEED ?? 5));
    const used = { blocks: 0 };
    for (let document = 0; document < count; document++) {
      let text = texts[random(texts.length)] ?? '';
      let file = parseYaml(text);
      for (let edit = 0; edit < 2; edit++) {
        const at = random(text.length + 1);
        text = text.slice(0, at) + (pieces[random(pieces.length)] ?? '') + text.slice(at + (random(3) === 0 ? random(40) : 0));
        file = parseYaml(text, file);
        if (file.blocks) used.blocks++;
        assert.deepEqual(said(file), said(parseWhole(text)), JSON.stringify(text));
      }
    }
    assert.ok(used.blocks > count / 2, `${used.blocks} of ${count * 2} texts were read by blocks`);
  });

  it('a keystroke keeps the nodes of all other blocks', () => {
    const before = parseYaml(long);
    const after = parseYaml(long.replace('title: Part 150', 'title: Porte 150'), before);
    assert.ok(before.blocks && after.blocks);
    const kept = after.blocks.filter((block, index) => block === before.blocks?.[index]).length;
    assert.equal(kept, before.blocks.length - 1);
    assert.deepEqual(said(after), said(parseWhole(after.text)));
  });

  it('a new line moves what stands below it', () => {
    const before = parseYaml(long);
    const after = parseYaml(long.replace('    title: Part 150', '    # new\n    title: Part 150'), before);
    assert.ok(after.blocks);
    assert.deepEqual(said(after), said(parseWhole(after.text)));
  });

  it('a half-typed line costs its block as well', () => {
    const before = parseYaml(long);
    for (const typed of ['    tit\n    title: Part 150', '    title: "Part 150"x', '    title: [a] b']) {
      const after = parseYaml(long.replace('    title: Part 150', typed), before);
      assert.ok(after.blocks, typed);
      assert.ok(after.problems.length > 0, typed);
      assert.deepEqual(said(after), said(parseWhole(after.text)));
    }
  });
});
