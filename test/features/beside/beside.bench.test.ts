/** Both servers at fifty places; what they answer is recorded, and docs/yaml.md is made of it. UPDATE=1 records anew. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { beside } from './positions.ts';
import { type Answer, startOurs, startRedHat } from './servers.ts';

const file = new URL('answers.json', import.meta.url);

it('what both servers answer at fifty places is what was recorded', { timeout: 300_000 }, async () => {
  await using ours = await startOurs();
  await using theirs = await startRedHat();
  const answers: Record<string, { readonly ours: Answer; readonly theirs: Answer }> = {};
  for (const place of beside)
    answers[`${place.question}: ${place.name}`] = { ours: await ours.ask(place), theirs: await theirs.ask(place) };
  assert.equal(Object.keys(answers).length, 50);
  const text = `${JSON.stringify(answers, null, 2)}\n`;
  if (process.env.UPDATE === '1') await writeFile(file, text);
  else assert.deepEqual(answers, JSON.parse(await readFile(file, 'utf8')));
});
