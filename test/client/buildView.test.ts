/** The terminal of builds: what stays, what is drawn over, what unfolds, and what links and the problem matcher read. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { buildView } from '../../client/src/commands/text/buildView.ts';

const plain = (text: string) => text.replace(/\u001b\[[0-9;]*m|\u001b\][^\u0007]*\u0007/g, '').replaceAll('\r\n', '\n');
const folded = { columns: 60, unfolded: false };
const dockerfile = '/w/my shop/Dockerfile';

function scene() {
  const clock = { now: 0 };
  const view = buildView(() => clock.now);
  const teller = view.of('', dockerfile);
  const step = (id: string, name: string, state: 'started' | 'done' | 'cached' | 'failed', more: object = {}) =>
    teller.build({ type: 'step', id, name, state, ...more });
  return { clock, view, teller, step };
}

describe('a build in its terminal', () => {
  it('folds a step that has ended to one line, with time, cache, line and how much it printed', () => {
    const { view, teller, step } = scene();
    step('0', '[internal] load build definition', 'started');
    step('0', '[internal] load build definition', 'done', { seconds: 0.1 });
    step('1', '[2/4] COPY www/ /www/', 'cached', { line: 4 });
    step('2', '[3/4] RUN make\n  all', 'started', { line: 5 });
    teller.build({ type: 'output', step: '2', text: 'cc x.c\nld x\n' });
    step('2', '[3/4] RUN make\n  all', 'done', { line: 5, seconds: 12.34 });
    step('3', '[4/4] RUN strip x', 'started', { line: 6 });
    step('3', '[4/4] RUN strip x', 'done', { seconds: 125 });
    assert.deepEqual(plain(view.fresh(folded)).split('\n'), [
      '✓  cached  #2 [2/4] COPY www/ /www/  Dockerfile:4',
      '✓  12.3 s  #3 [3/4] RUN make all  Dockerfile:5 · 2 lines',
      '✓    2m5s  #4 [4/4] RUN strip x  Dockerfile:6',
      '',
    ]);
    assert.equal(view.fresh(folded), '');
    const all = plain(view.all({ ...folded, unfolded: true }));
    assert.match(all, /load build definition/);
    assert.match(all, /RUN make all .*\n {2}│ cc x\.c\n {2}│ ld x\n✓/);
  });

  it('draws what runs below, within the width, with the end of its output', () => {
    const { clock, view, teller, step } = scene();
    step('1', `[1/2] RUN ${'x'.repeat(90)}`, 'started', { line: 2 });
    step('2', '[2/2] RUN 構築', 'started', { line: 3 });
    for (let n = 0; n < 100; n++) teller.build({ type: 'output', step: '1', text: `\u001b[31mline ${n}\n${'長'.repeat(80)}` });
    clock.now = 65_000;
    const rows = view.live(folded).map(plain);
    assert.equal(rows[0]?.slice(0, 30), '▸    1m5s  #1 [1/2] RUN xxxxxx');
    assert.ok(rows.every((row) => [...row].reduce((sum, character) => sum + (character >= '\u2e80' ? 2 : 1), 0) <= folded.columns));
    assert.equal(rows.filter((row) => row.startsWith('  │')).length, 4);
    assert.match(rows.at(-1) ?? '', /#2 \[2\/2\] RUN 構築 {2}Dockerfile:3/);
    view.end('cancelled');
    assert.deepEqual(view.live(folded), []);
    assert.match(plain(view.fresh(folded)), /■ {4}1m5s {2}#2 \[2\/2\] RUN 構築 {2}Dockerfile:3\n\ncancelled\n$/);
  });

  it('shows the output of a failed step above what failed, and the problem matcher finds the line', () => {
    const { view, teller, step } = scene();
    step('1', '[1/1] RUN rm -rf /tmp/x', 'started', { line: 7 });
    teller.build({ type: 'output', step: '1', text: Array.from({ length: 50 }, (_, n) => `o${n}`).join('\n') });
    step('1', '[1/1] RUN rm -rf /tmp/x', 'failed', { line: 7, seconds: 1, error: 'exit code: 4' });
    const lines = plain(view.fresh(folded)).trimEnd().split('\n');
    assert.deepEqual(
      [lines[0], lines[1], lines.at(-2), lines.at(-1)],
      ['  … 10 earlier lines', '  │ o10', `✗   1.0 s  #1 [1/1] RUN rm -rf /tmp/x  50 lines  → ${dockerfile}:7`, '  exit code: 4'],
    );
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const [head, message] = manifest.contributes.problemMatchers[0].pattern.map(({ regexp }: { regexp: string }) => new RegExp(regexp));
    assert.deepEqual(head.exec(lines.at(-2))?.slice(1), [dockerfile, '7']);
    assert.equal(message.exec(lines.at(-1))?.[1], 'exit code: 4');
    assert.equal(lines.filter((line) => head.test(line)).length, 1);
    assert.equal(view.failed, true);
  });

  it('keeps what a step printed for its link, without colours', () => {
    const { view, teller, step } = scene();
    step('1', 'RUN a', 'started');
    step('2', 'RUN b', 'started');
    teller.build({ type: 'output', step: '2', text: '\u001b[32mfine\u001b[0m\u001b]0;title\u0007' });
    assert.deepEqual(view.find(2, '✓ 1.0 s  #2 RUN b  1 line'), { title: '#2 RUN b', text: 'fine\n', dockerfile });
    assert.equal(view.find(2, '✓ 1.0 s  #2 RUN of another build'), undefined);
    assert.equal(view.find(9, '#9 RUN b'), undefined);
  });

  it('marks each step for the editor, which jumps from one to the next and shows how it ended', () => {
    const { view, step } = scene();
    step('1', 'RUN a', 'failed', { error: 'no' });
    const marks = [...view.fresh(folded).matchAll(/\u001b\]633;([^\u0007]+)\u0007/g)].map((match) => match[1]);
    assert.deepEqual(marks, ['A', 'B', 'C', 'D;1']);
  });

  it('tells several builds apart, and sums up a push', () => {
    const { view } = scene();
    const [one, two] = [view.of('order-api', '/a/Dockerfile'), view.of('price-api', '/b/Dockerfile')];
    for (const teller of [one, two]) teller.build({ type: 'step', id: 'same', name: 'RUN x', state: 'cached' });
    one?.push({ layer: 'a', status: 'Pushing', current: 1, total: 4 });
    assert.deepEqual(view.live(folded).map(plain), ['▸ order-api  pushing 1 layer', '  │ a   25 % of 1 kB']);
    for (const [layer, status] of Object.entries({ a: 'Pushed', b: 'Layer already exists', c: 'Mounted from x' }))
      one?.push({ layer, status });
    one?.stage('asking the registry');
    assert.deepEqual(plain(view.fresh(folded)).split('\n'), [
      '✓  cached  order-api  #1 RUN x',
      '✓  cached  price-api  #2 RUN x',
      'order-api  ▪ 3 layers pushed: 1 sent, 1 mounted, 1 there already',
      'order-api  ▪ asking the registry',
      '',
    ]);
  });
});
