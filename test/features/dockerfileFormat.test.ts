import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { meaningOf } from '../../server/src/core/dockerfile/sameMeaning.ts';
import { formatDockerfile, formatNewLine } from '../../server/src/core/features/formatDockerfile.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { corpus } from '../bench/measure/corpus.ts';
import { parseAnnotated } from '../harness/annotated.ts';
import { dockerfileUri } from '../harness/shop.ts';

const parse = (text: string) => parseDockerfile(dockerfileUri, text);
const format = (text: string) => applyEdits(text, formatDockerfile(parse(text)));

describe('formatting a Dockerfile', () => {
  it('changes the meaning of no file of the corpus, and a second time changes nothing', () => {
    const files = corpus();
    let changed = 0;
    for (const { uri, text } of files) {
      for (const variant of [
        text,
        text.replaceAll('\n', '\r\n'),
        text.replaceAll(/^[ \t]+/gm, ''),
        text.replaceAll(/\b(RUN|COPY)\b/g, 'run'),
      ]) {
        const before = parseDockerfile(uri, variant);
        const once = applyEdits(variant, formatDockerfile(before));
        assert.equal(meaningOf(parseDockerfile(uri, once)), meaningOf(before), once);
        assert.deepEqual(formatDockerfile(parseDockerfile(uri, once)), [], once);
        if (once !== variant) changed++;
      }
    }
    assert.ok(files.length > 50 && changed > files.length);
  });

  it('puts keywords in the case of most', () => {
    assert.equal(format('from a as b\nrun x\nCOPY a b\n'), 'from a as b\nrun x\ncopy a b\n');
    assert.equal(format('FROM a as b\nRUN x\nUSER 1\nonbuild run y\n'), 'FROM a AS b\nRUN x\nUSER 1\nONBUILD RUN y\n');
  });

  it('takes blanks at the ends of lines and superfluous blank lines away, and parts stages', () => {
    assert.equal(
      format('ARG V=1  \nFROM a\t\n\n\n\nRUN x \\  \n    y\n# about b\nFROM b\n   \n\nUSER 1\n\n\n'),
      'ARG V=1\nFROM a\n\nRUN x \\\n    y\n\n# about b\nFROM b\n\nUSER 1\n',
    );
    assert.equal(format('# syntax=docker/dockerfile:1\nFROM a'), '# syntax=docker/dockerfile:1\nFROM a\n');
  });

  it('moves continuation lines in where all begin at the margin, and only there', () => {
    assert.equal(format('FROM a\nRUN x && \\\ny\nENV A=1 \\\n# c\nB=2\n'), 'FROM a\nRUN x && \\\n    y\nENV A=1 \\\n# c\n    B=2\n');
    for (const kept of [
      'FROM a\nRUN x && \\\n  y && \\\nz\n',
      'FROM a\nRUN echo "x \\\ny"\n',
      'FROM a\nCOPY fi\\\nle /x\n',
      'FROM a\nENV A x \\\ny\n',
      'FROM a\nCMD x \\\ny\n',
      'FROM a\nSHELL ["cmd"]\nRUN x ^ \\\ny\n',
    ]) {
      assert.equal(format(kept), kept);
    }
  });

  it('never touches heredocs and unfinished ends', () => {
    for (const kept of [
      'FROM a\nRUN <<EOF\nx  \n\n\n\nfrom b\nEOF\n',
      'FROM a\nCOPY <<EOF /x\n  y  \n\n\nEOF\n',
      'FROM a\nRUN <<EOF\nx  \n',
      'FROM a\nRUN x \\',
      '',
      '\n',
    ]) {
      assert.equal(format(kept), kept);
    }
  });

  it('keeps carriage returns', () => {
    assert.equal(
      format('FROM a\r\nRUN x && \\\r\ny\r\nfrom b\r\n\r\n\r\n\r\nRUN y'),
      'FROM a\r\nRUN x && \\\r\n    y\r\n\r\nFROM b\r\n\r\nRUN y\r\n',
    );
  });

  it('keeps to a range', () => {
    const { text, ranges } = parseAnnotated('FROM a  \n<|RUN x  |>\nRUN y  \n');
    assert.equal(applyEdits(text, formatDockerfile(parse(text), undefined, ranges[0])), 'FROM a  \nRUN x\nRUN y  \n');
  });

  it('indents a line that is begun inside of an instruction', () => {
    const typed = (source: string) => {
      const { text, cursor } = parseAnnotated(source);
      assert.ok(cursor);
      return applyEdits(text, formatNewLine(parse(text), cursor));
    };
    assert.equal(typed('FROM a\nRUN x && \\\n<|>'), 'FROM a\nRUN x && \\\n    ');
    assert.equal(typed('FROM a\nRUN x && \\\n  y && \\\n<|>\n'), 'FROM a\nRUN x && \\\n  y && \\\n  \n');
    assert.equal(typed('FROM a\nRUN x\n<|>'), 'FROM a\nRUN x\n');
    assert.equal(typed('FROM a\nRUN <<EOF\nx \\\n<|>\nEOF\n'), 'FROM a\nRUN <<EOF\nx \\\n\nEOF\n');
  });
});
