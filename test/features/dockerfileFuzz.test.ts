/** Language features on text that is no Dockerfile, or not yet one: they answer something, and formatting keeps its word. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { meaningOf } from '../../server/src/core/dockerfile/sameMeaning.ts';
import { completeDockerfile } from '../../server/src/core/features/completeDockerfile.ts';
import { wantedListing } from '../../server/src/core/features/contextListing.ts';
import { defineDockerfile } from '../../server/src/core/features/defineDockerfile.ts';
import { formatDockerfile, formatNewLine } from '../../server/src/core/features/formatDockerfile.ts';
import { dockerfileHints } from '../../server/src/core/features/hintsDockerfile.ts';
import { hoverDockerfile } from '../../server/src/core/features/hoverDockerfile.ts';
import { completeIgnoreFile, hoverIgnoreFile, lintIgnoreFile } from '../../server/src/core/features/ignoreFile.ts';
import { dockerfileLinks } from '../../server/src/core/features/linksDockerfile.ts';
import { dockerfileHighlights, renameEdits } from '../../server/src/core/features/referencesDockerfile.ts';
import { dockerfileSelection } from '../../server/src/core/features/selectionDockerfile.ts';
import { dockerfileSignature } from '../../server/src/core/features/signatureDockerfile.ts';
import { dockerfileTokens } from '../../server/src/core/features/tokensDockerfile.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { corpus } from '../bench/measure/corpus.ts';
import { dockerfileUri, shop } from '../harness/shop.ts';

const rounds = Number(process.env.WAYBILL_FUZZ ?? 400);
const whole = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
const pieces = [
  '\\',
  '`',
  '"',
  "'",
  '$',
  '${',
  '}',
  '<<EOF',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '#',
  '# escape=`\n',
  '[',
  ']',
  '--mount=',
  'FROM ',
  'AS x',
  'ONBUILD ',
  '\uFEFF',
  '😀',
  '\0',
  '&&',
  ';',
  '!',
  '..',
];

/** Numbers that are the same in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

it('every feature answers on mutated files, and formatting never changes a meaning', () => {
  const next = random(7);
  const files = corpus().filter(({ text }) => text.length < 3000);
  const workspace = shop();
  for (let round = 0; round < rounds; round++) {
    let text = files[next(files.length)]?.text ?? '';
    for (let i = next(4); i >= 0; i--) {
      const at = next(text.length + 1);
      text = text.slice(0, at) + (pieces[next(pieces.length)] ?? '') + text.slice(at + next(6));
    }
    const file = parseDockerfile(dockerfileUri, text);
    const position = file.index.positionAt(next(text.length + 1));
    completeDockerfile(file, workspace, position);
    wantedListing(file, workspace, file.index.offsetAt(position));
    hoverDockerfile(file, workspace, position);
    defineDockerfile(file, workspace, position);
    dockerfileHighlights(file, workspace, position);
    renameEdits(file, workspace, position, 'other');
    dockerfileSignature(file, position);
    dockerfileSelection(file, position);
    dockerfileTokens(file);
    dockerfileHints(file, workspace, whole);
    dockerfileLinks(file, workspace);
    formatNewLine(file, position);
    completeIgnoreFile(text, position, undefined);
    hoverIgnoreFile(text, position, undefined);
    lintIgnoreFile({ uri: 'file:///shop/.dockerignore', kind: 'dockerignore', text }, workspace, undefined);
    const once = applyEdits(text, formatDockerfile(file));
    const after = parseDockerfile(dockerfileUri, once);
    assert.equal(meaningOf(after), meaningOf(file), JSON.stringify(text));
    assert.equal(applyEdits(once, formatDockerfile(after)), once, JSON.stringify(text));
  }
});
