import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { safeText } from '../../client/src/commands/text/ansi.ts';
import { diagnosisText } from '../../client/src/commands/text/diagnosis.ts';
import { filterOf, historyText } from '../../client/src/commands/text/history.ts';
import { logHistory, logText } from '../../client/src/commands/text/logHistory.ts';
import { logKeys } from '../../client/src/commands/text/logKeys.ts';
import { logRing } from '../../client/src/commands/text/logRing.ts';
import { planText } from '../../client/src/commands/text/plan.ts';
import { stackPlaces } from '../../client/src/commands/text/stackTrace.ts';
import { levelOf, logFilter, readable } from '../../client/src/delivery/logView.ts';
import type { Plan } from '../../client/src/ports.ts';
import { megabytes } from '../../client/src/tree/words.ts';
import { digest } from './treeSamples.ts';

const plain = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, '').replaceAll('\r\n', '\n');

describe('text that is not ours, in a terminal', () => {
  it('keeps its colours', () => assert.equal(safeText('\u001b[1;31mERROR\u001b[0m x'), '\u001b[1;31mERROR\u001b[0m x'));

  const attacks = {
    'moves the cursor': 'a\u001b[2Ab',
    'clears the screen': 'a\u001b[2J\u001b[Hb',
    'sets the title': 'a\u001b]0;owned\u0007b',
    'writes to the clipboard': 'a\u001b]52;c;cm0gLXJm\u001b\\b',
    'hides a link': 'a\u001b]8;;http://evil\u0007\u001b]8;;\u0007b',
    'starts a device string': 'a\u001bPq#0\u001b\\b',
    'uses one-byte controls': 'a\u009b2Jb',
    'resets the terminal': 'a\u001bcb',
    'overwrites the line': 'a\r\u0008b',
    'ends in the middle of a sequence': 'ab\u001b',
  };
  for (const [name, attack] of Object.entries(attacks)) it(`cannot do what ${name} does`, () => assert.equal(safeText(attack), 'ab'));
});

describe('the keys of a log', () => {
  const line = (text: string, marker = false) => ({ instance: 'a', time: '', text, marker });
  const pressed = (...data: string[]) => {
    const written: string[] = [];
    const done: string[] = [];
    const keys = logKeys({
      write: (text) => written.push(text),
      redraw: () => done.push('redraw'),
      save: () => done.push('save'),
      open: () => done.push('open'),
    });
    for (const one of data) keys.key(one);
    const shown = (...lines: ReturnType<typeof line>[]) => lines.map(logFilter(keys.filter));
    return { keys, shown, done, text: plain(written.join('')) };
  };

  it('show only lines with the text that was asked for, and markers', () => {
    const { keys, shown, text, done } = pressed('&', 'w', 'x', '\u007f', 'arn', '\u001b[A', '\r');
    assert.equal(text, '── only lines with: wx\b \barn── only with `warn` ──\n');
    assert.deepEqual(shown(line('a WARN b'), line('info'), line('a came', true)), [true, false, true]);
    assert.deepEqual(done, ['redraw']);
    keys.key('&');
    assert.equal(keys.held, true);
    keys.key('\r');
    assert.deepEqual([...shown(line('info')), keys.held], [true, false]);
  });

  it('keep the filter on Escape, and pause on space', () => {
    const { keys, shown } = pressed('&', 'x\r', '&', 'y', '\u001b', ' ');
    assert.deepEqual([...shown(line('x'), line('y')), keys.held], [true, false, true]);
  });

  it('leave out, mark, and raise the level step by step', () => {
    const { keys, shown } = pressed('!', '/health|ready/\r', '/', 'order\r', 'l', 'l');
    assert.deepEqual(keys.filter, { exclude: '/health|ready/', level: 'warn' });
    assert.equal(keys.look.highlight, 'order');
    assert.deepEqual(shown(line('INFO x'), line('  at x'), line('ERROR y'), line('  at y'), line('WARN not ready')), [
      false,
      false,
      true,
      true,
      false,
    ]);
    keys.key('l');
    keys.key('l');
    assert.equal(keys.filter.level, undefined);
  });

  it('toggle times, wrapping and JSON, save and open', () => {
    const { keys, done } = pressed('t', 'w', 'j', 's', 'o');
    assert.deepEqual([keys.look.timestamps, keys.look.wrap, keys.look.readable], [false, false, false]);
    assert.deepEqual(done, ['redraw', 'redraw', 'redraw', 'save', 'open']);
  });
});

describe('lines of logs', () => {
  it('name their level in many ways', () => {
    const told = {
      '2026-11-24 INFO x': 'info',
      '[error] x': 'error',
      'level=warning msg=x': 'warn',
      '{"level":50,"msg":"x"}': 'error',
      '{"severity":"CRITICAL"}': 'error',
      'INFORMATIONAL reading': undefined,
      'no errors were found': undefined,
      'I0101 x': undefined,
    };
    for (const [text, level] of Object.entries(told)) assert.equal(levelOf(text), level, text);
  });

  it('of JSON are read as words, with the stack below', () => {
    assert.equal(
      readable('{"level":"warn","time":"2026-11-24T12:00:00Z","logger":"Orders","msg":"slow query","millis":812,"table":"my orders"}'),
      'WARN  Orders slow query millis=812 table="my orders"',
    );
    assert.equal(readable('{"level":50,"msg":"x","stack":"E\\n  at y"}'), 'ERROR x\nE\n  at y');
    for (const same of ['plain', '{broken', '{"a":1}', '[1]']) assert.equal(readable(same), same);
  });

  it('lead from stack traces to files of the workspace', () => {
    const found = (text: string) => stackPlaces(text).map(({ paths, line }) => [paths[0], line]);
    assert.deepEqual(found('\tat com.acme.OrderService.save(OrderService.java:42)'), [['com/acme/OrderService.java', 42]]);
    assert.deepEqual(found('\tat app//com.acme.Lazy$1.lambda$run$0(Lazy.kt:7) ~[x.jar]'), [['com/acme/Lazy.kt', 7]]);
    assert.deepEqual(found('  File "/app/src/main.py", line 3, in run'), [['app/src/main.py', 3]]);
    assert.deepEqual(found('    at save (/app/dist/orders.js:10:5)'), [['app/dist/orders.js', 10]]);
    assert.deepEqual(found('\t/build/src/orders/save.go:77 +0x1d'), [['build/src/orders/save.go', 77]]);
    assert.deepEqual(stackPlaces('at com.acme.A.b(A.java:1)')[0]?.paths, ['com/acme/A.java', 'acme/A.java', 'A.java']);
    assert.deepEqual(found('took 10:42 minutes at 12:30'), []);
  });

  it('that are kept for drawing again stay bounded', () => {
    const history = logHistory(100, 2_000);
    for (let count = 0; count < 1_000; count++) history.push([{ instance: 'a', time: 't', text: String(count).padStart(10) }]);
    assert.deepEqual([history.lines().length, history.lines().at(-1)?.text.trim(), history.forgotten], [100, '999', 900]);
    history.push([{ instance: 'a', time: 't', text: 'x'.repeat(1_500) }]);
    assert.ok(history.lines().length <= 51);
    assert.match(logText(history.lines(), history.forgotten), /^-- \d+ earlier lines are not kept --\nt a /);
  });
});

describe('the ring between a log and its terminal', () => {
  const line = (instance: string, text: string) => ({ instance, time: '2026-11-24T10:14:02.113456789Z', text });

  it('writes instance, time and text, each instance in its colour', () => {
    const ring = logRing(10);
    ring.push([line('a', 'one'), line('b', 'two'), line('a', 'three')]);
    const text = ring.take(10_000);
    const colours = [...text.matchAll(/\u001b\[(\d+)m[ab]\u001b/g)].map((match) => match[1]);
    assert.equal(colours.length, 3);
    assert.equal(colours[0], colours[2]);
    assert.notEqual(colours[0], colours[1]);
    assert.match(plain(text), /^a {2}\d\d:14:02\.113 {2}one\nb /);
  });

  it('takes whole lines up to the limit', () => {
    const ring = logRing(10);
    ring.push([line('a', 'x'.repeat(50)), line('a', 'y'.repeat(50))]);
    assert.doesNotMatch(ring.take(120), /y/);
    assert.equal(ring.pending, 1);
    assert.match(ring.take(120), /y/);
    assert.equal(ring.take(120), '');
  });

  it('says how many lines it had to skip', () => {
    const ring = logRing(3);
    ring.push(Array.from({ length: 10 }, (_, index) => line('a', `line ${index}`)));
    const text = plain(ring.take(10_000));
    assert.match(text, /── 7 lines were skipped here/);
    assert.match(text, /line 7\n.*line 8\n.*line 9/s);
  });

  it('cuts at the width, marks, and leaves times out', () => {
    const ring = logRing(10);
    const look = { timestamps: false, wrap: false, readable: true, highlight: 'wide', columns: 20 };
    ring.push([line('a', 'a very wide line that ends elsewhere')]);
    assert.equal(ring.take(1000, look).replaceAll('\u001b', '^'), '^[36ma^[0m  ^[2m^[0ma very ^[7mwide^[27m line…^[0m\r\n');
  });

  it('shows markers between rules', () => {
    const ring = logRing(3);
    ring.push([{ ...line('a', 'a was replaced by b'), marker: true }]);
    ring.push([{ ...line('x1', 'the instance has ended'), marker: true }]);
    assert.equal(plain(ring.take(1000)), '── a was replaced by b ──\n── x1: the instance has ended ──\n');
  });

  it('stays bounded under a flood', () => {
    const ring = logRing(1000);
    for (let round = 0; round < 100; round++) ring.push(Array.from({ length: 1000 }, () => line('a', 'flood')));
    assert.equal(ring.pending, 1000);
  });
});

it('sizes are written as people do', () => assert.deepEqual([900, 1_500_000, 2_000_000_000].map(megabytes), ['1 kB', '1.5 MB', '2.00 GB']));

describe('the plan document', () => {
  const plan: Plan = {
    environment: 'staging',
    service: 'order-api',
    release: 'rel-1',
    image: { repository: 'r.example.com/order-api', digest },
    identity: ['kubernetes https://k:6443', 'namespace zero-dsp-staging'],
    changes: [
      { object: 'apps/v1/Deployment/order-api', change: 'update', diff: '-replicas: 1\n+replicas: 2\n', restarts: true },
      { object: 'v1/Service/order-api', change: 'unchanged', diff: '', restarts: false },
    ],
    warnings: ['`jdk` is not carried out'],
    refusals: [],
    hash: 'sha256:1',
    token: undefined,
  };

  it('says what, where, by which identity; warnings before objects, objects before differences', () => {
    assert.equal(
      planText(plan),
      [
        'Deploy order-api (rel-1) to staging',
        '',
        '  kubernetes https://k:6443',
        '  namespace zero-dsp-staging',
        `  image r.example.com/order-api@${digest}`,
        '',
        'Mind:',
        '! `jdk` is not carried out',
        '',
        'Objects:',
        '  ~ apps/v1/Deployment/order-api  update     restarts its instances',
        '    v1/Service/order-api          unchanged',
        '',
        '══ apps/v1/Deployment/order-api',
        '-replicas: 1',
        '+replicas: 2',
        '',
        'plan sha256:1',
        '',
      ].join('\n'),
    );
  });

  it('says first why it may not be applied', () => {
    assert.match(planText({ ...plan, refusals: ['the quota is used up'] }), /This deployment is refused:\n! the quota is used up\n\nMind:/);
  });
});

describe('the diagnosis document', () => {
  it('says what is wrong, what to do, why we think so, then the raw facts', () => {
    const text = diagnosisText({
      service: 'order-api',
      environment: 'staging',
      message: 'rollout failed',
      diagnosis: {
        kind: 'crash-loop',
        summary: 'The new pods start and exit with code 1.',
        evidence: ['3 restarts in 40 s'],
        advice: 'Look at the last lines.',
        log: ['no host db'],
        manifestPath: 'env.DB',
      },
    });
    const order = ['exit with code 1', 'Look at the last lines', 'env.DB', '3 restarts', 'no host db'].map((part) => text.indexOf(part));
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
    assert.ok(order.every((place) => place >= 0));
  });
});

describe('the history', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  it('has a filter whose words are checked', () => {
    assert.deepEqual(filterOf('service:order-api outcome:failed since:1d', now), {
      service: 'order-api',
      outcome: 'Failed',
      since: '2026-11-23T12:00:00.000Z',
    });
    assert.throws(() => filterOf('outcome:broken', now), /`broken` is no outcome/);
    assert.throws(() => filterOf('who:me', now), /`who:me` is no filter/);
  });
  it('says in words that nothing fits', () => {
    assert.equal(historyText({ entries: [], gaps: [] }, now), '# History\n\nNothing was deployed that fits the filter.\n');
  });
});
