/** What every menu has in common, over all commands: groups by name, few icons on a row, everything within reach of the keyboard. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MenuPlace } from '../../client/src/commands/contract/command.ts';
import { commands } from '../../client/src/generated/commands.ts';

/** The flags that rows have, by view: see `context` in client/src/tree. */
const rows: Readonly<Record<string, readonly string[]>> = {
  services: ['product', 'service', 'service;deployed;busy', 'release', 'releases', 'problem', 'failure;unreachable'],
  environments: [
    'environment;compose',
    'environment;kubernetes;protected',
    'workload;healthy;compose',
    'workload;healthy;kubernetes;protected',
    'workload;degraded;kubernetes',
    'workload;missing;kubernetes',
    'workload;suspended;kubernetes',
    'instance;ready;compose',
    'instance;waiting;kubernetes',
    'forward',
    'failure;unreachable',
  ],
  baseImages: [
    'section',
    'image;os;source;used',
    'image;base;source;used;rebasable',
    'image;builder',
    'component',
    'version',
    'part',
    'service',
  ],
  builders: [
    'pool',
    'pool;ours',
    'builder;reachable',
    'builder;ours;taking;reachable',
    'builder;ours;draining;reachable',
    'builder;ours;taking;failure',
    'build;running',
    'build;queued',
  ],
};

const places = commands.flatMap(({ contribution }) => contribution.menus.map((place) => ({ ...place, id: contribution.id })));
type Place = MenuPlace & { readonly id: string };

/** Whether a row sees the place; clauses that ask for more than the row are taken to hold. */
function seen({ menu, when }: Place, view: string, flags: string): boolean {
  if (menu !== 'view/item/context') return false;
  return when.split(' && ').every((clause) => {
    const [, not, pattern] = /^(!\()?viewItem =~ \/(.*?)\/\)?$/.exec(clause) ?? [];
    if (pattern !== undefined) return new RegExp(pattern).test(flags) === (not === undefined);
    return !clause.startsWith('view ==') || clause === `view == waybill.${view}`;
  });
}

const everyRow = Object.entries(rows).flatMap(([view, all]) => all.map((flags) => ({ row: `${view}: ${flags}`, view, flags })));

describe('menus', () => {
  it('name their groups alike', () => {
    const groups: Readonly<Record<MenuPlace['menu'], RegExp>> = {
      'view/item/context': /^(inline|1_run|2_look|3_copy|6_change|9_danger)@\d+$/,
      'view/title': /^(navigation|2_look|6_change|9_danger)@\d+$/,
      'editor/title': /^navigation@\d+$/,
      'editor/context': /^5_waybill@\d+$/,
      'explorer/context': /^5_waybill@\d+$/,
    };
    const odd = places.filter(({ menu, group }) => !groups[menu].test(group)).map(({ id, menu, group }) => `${id}: ${group} in ${menu}`);
    assert.deepEqual(odd, []);
  });

  for (const { row, view, flags } of everyRow) {
    const here = places.filter((place) => seen(place, view, flags));
    const inline = here.filter(({ group }) => group.startsWith('inline'));
    const listed = here.filter(({ group }) => !group.startsWith('inline'));

    it(`of ${row} have at most three icons, each with its words in the menu`, () => {
      assert.ok(inline.length <= 3, inline.map(({ id }) => id).join(', '));
      const words = listed.map(({ id }) => id);
      assert.deepEqual(
        inline.map(({ id }) => id).filter((id) => !words.includes(id)),
        [],
        'icons cannot be reached by the keyboard',
      );
      assert.equal(new Set(words).size, words.length, 'nothing stands in the menu twice');
    });

    it(`of ${row} have one command in each place`, () => {
      const taken = here.map(({ group, id }) => ({ group, id }));
      const twice = taken.filter(({ group }, index) => taken.findIndex((other) => other.group === group) !== index);
      assert.deepEqual(twice, []);
    });
  }

  it('have what takes something away at their end', () => {
    const takesAway = /^(Remove|Delete|Roll Back|Clean|Stop|Cancel|Take Down)/;
    const early = commands.filter(
      ({ contribution: { title, menus } }) =>
        takesAway.test(title) && menus.some(({ menu, group }) => menu === 'view/item/context' && !/^(inline|9_danger)/.test(group)),
    );
    assert.deepEqual(
      early.map(({ contribution }) => contribution.title),
      [],
    );
  });
});

describe('the palette', () => {
  const titles = commands.map(({ contribution }) => contribution.title);

  it('has Title Case', () => {
    const small = /^(a|an|and|as|by|for|from|in|into|of|on|onto|or|the|to|kubectl|waybill\.yaml…?)$/;
    const odd = titles.filter((title) =>
      title.split(' ').some((word, index) => !/^[A-Z]/.test(word) && (index === 0 || !small.test(word))),
    );
    assert.deepEqual(odd, []);
  });

  it('says nothing twice', () => {
    assert.equal(new Set(commands.map(({ contribution }) => contribution.id)).size, commands.length);
    assert.deepEqual(
      titles.filter((title, index) => titles.indexOf(title) !== index),
      [],
    );
  });
});
