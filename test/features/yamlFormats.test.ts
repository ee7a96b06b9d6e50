import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { formatProblem } from '../../server/src/core/yaml/formats.ts';
import { annotated, service, workspace } from './yamlFixture.ts';

const good: Readonly<Record<string, readonly string[]>> = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of manifests
  cron: ['0 9 * * *', '*/5 0-12/2 1,15 jan-mar mon', '0 0 * * 7', '@daily', '${service.name}'],
  rrule: ['FREQ=WEEKLY;BYDAY=FR;BYHOUR=15', 'FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20271231T000000Z'],
  timezone: ['Asia/Shanghai', 'UTC', 'Europe/Berlin'],
  regex: ['^\\d{2}-\\w{3}', ''],
  host: ['order.example.com', '*.example.com', 'localhost'],
  label: ['app', 'app.kubernetes.io/part-of'],
  date: ['2027-02-28', '2028-02-29'],
};

const bad: readonly (readonly [string, string, RegExp])[] = [
  ['cron', '0 9 * *', /has 4 fields/],
  ['cron', '60 9 * * *', /`60` is no minute/],
  ['cron', '0 9 * * 1-8', /no day of the week/],
  ['cron', '0 5-2 * * *', /no hour/],
  ['cron', '*/0 * * * *', /no minute/],
  ['rrule', 'BYDAY=FR', /says how often/],
  ['rrule', 'FREQ=WEEKLY;BYDAY=FRI', /does not fit `BYDAY`/],
  ['rrule', 'FREQ=WEEKLY;BYHUOR=15', /`BYHUOR` is no part/],
  ['rrule', 'FREQ=DAILY;BYHOUR=24', /does not fit `BYHOUR`/],
  ['rrule', 'FREQ=DAILY;FREQ=DAILY', /twice/],
  ['rrule', 'FREQ=DAILY;COUNT=1;UNTIL=20270101', /not by both/],
  ['timezone', 'Shanghai', /Did you mean `Asia\/Shanghai`/],
  ['timezone', 'Nowhere/At_All', /is no time zone/],
  ['regex', '(abc', /no regular expression/],
  ['host', 'https://x.example.com/a', /is an address/],
  ['host', 'Order_1.example.com', /no host name/],
  ['label', '-x', /no label/],
  ['label', 'a b/c', /no DNS name/],
  ['date', '2027-02-29', /no day/],
];

describe('formats', () => {
  for (const [format, texts] of Object.entries(good)) {
    for (const text of texts) it(`${format} takes ${text}`, () => assert.equal(formatProblem(format, text), undefined));
  }
  for (const [format, text, message] of bad) {
    it(`${format} refuses ${text}`, () => assert.match(formatProblem(format, text) ?? '', message));
  }
  it('unknown formats take everything', () => assert.equal(formatProblem('colour', 'blue'), undefined));

  it('are checked where they stand', () => {
    const path = 'services/order-api/waybill.yaml';
    const text = `${service}logs: { files: [{ name: a, path: /a, multiline: <|>"(" }] }\n`;
    const file = annotated(path, text);
    const found = lintManifest(workspace({ [path]: file.text }), file.uri).filter(({ rule }) => rule === 'manifest/schema');
    assert.match(found.map(({ message }) => message).join(), /This is no regular expression/);
  });
});
