/** Drives a real VS Code in a browser the way a person does: by what can be seen and read. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { smallPicture } from './smallPicture.ts';

const root = resolve(import.meta.dirname, '../..');

/** The pictures that the README shows. */
const inReadme = [
  'board',
  'overview',
  'lint',
  'build',
  'builders',
  'plan',
  'drift',
  'diagnosis',
  'logs',
  'manifest-hover',
  'manifest-completion',
  'effective',
  'import',
];

/** Where a screenshot goes: the README's pictures with UPDATE=1, else `WAYBILL_PICTURES`, else nowhere. */
function pictureFolder(name: string): string | undefined {
  if (process.env.UPDATE === '1' && inReadme.includes(name)) return join(root, 'docs/pictures');
  return process.env.WAYBILL_PICTURES;
}

export interface Workbench {
  readonly page: Page;
  /** Runs a command by its title through the palette. */
  command(title: string): Promise<void>;
  /** Chooses the row of the open quick pick that contains `label`; waits until it is there. */
  choose(label: string): Promise<void>;
  openFile(name: string): Promise<void>;
  /** Shows the container Waybill. */
  openContainer(): Promise<void>;
  /** The rows of a view as screen readers read them. */
  rows(view: View): Promise<string[]>;
  row(view: View, text: string): Locator;
  /** Folds or unfolds a view, so that the others have more room: rows out of sight are not drawn. */
  toggle(view: View): Promise<void>;
  /** Presses an inline button of a row. */
  press(row: Locator, button: string): Promise<void>;
  /** Presses a button of the notification that contains `text`. */
  answer(text: string | RegExp, button: string): Promise<void>;
  notification(text: string | RegExp): Locator;
  dismissNotifications(): Promise<void>;
  lens(text: string): Locator;
  /** Everything that the visible terminal shows. */
  terminalText(): Promise<string>;
  editorText(): Promise<string>;
  /** Makes room for long rows. */
  widenSideBar(): Promise<void>;
  closeEditors(): Promise<void>;
  /** `still` leaves the pointer where it is: a hover stays. */
  picture(name: string, still?: boolean): Promise<void>;
  /** With UPDATE=1: the view alone, for the walkthrough. */
  portrait(view: View): Promise<void>;
}

export type View = 'Services' | 'Environments' | 'Base Images' | 'Builders';

export function workbench(page: Page): Workbench {
  const quickInput = page.locator('.quick-input-widget input[type="text"]').first();
  const list = page.locator('.quick-input-list .monaco-list-row');
  const pane = (view: View) => page.locator('.pane', { has: page.locator(`.pane-header[aria-label^="${view} Section"]`) });
  const notification = (text: string | RegExp) => page.locator('.notification-list-item', { hasText: text });

  const textOf = async (selector: string) => (await page.locator(selector).allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');

  const driver: Workbench = {
    page,
    async command(title) {
      await page.keyboard.press('F1');
      await quickInput.waitFor();
      await quickInput.fill(`>${title}`);
      await list.filter({ hasText: title }).first().click();
    },
    async choose(label) {
      const row = list.filter({ hasText: label }).first();
      // The list draws its rows anew when it opens: whoever clicks at once may hit another one.
      await row.hover({ timeout: 120_000 });
      await page.waitForTimeout(250);
      await row.click();
    },
    async openFile(name) {
      await page.keyboard.press('Control+P');
      await quickInput.fill(name);
      await list
        .filter({ hasText: name.slice(name.lastIndexOf('/') + 1) })
        .first()
        .waitFor();
      await page.waitForTimeout(500);
      await page.keyboard.press('Enter');
      await page.locator('.monaco-editor .view-lines').first().waitFor();
    },
    async openContainer() {
      const shown = page.locator('.composite.title', { hasText: 'Waybill' });
      if (!(await shown.isVisible().catch(() => false)))
        await page.locator('.activitybar .action-label[aria-label^="Waybill"]').first().click();
      await pane('Services').waitFor();
    },
    rows: (view) =>
      pane(view)
        .locator('.monaco-list-row')
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? '')),
    row: (view, text) => pane(view).locator(`.monaco-list-row[aria-label*="${text}"]`).first(),
    toggle: (view) => pane(view).locator('.pane-header').first().click(),
    async press(row, button) {
      await row.hover();
      await row.locator(`.action-label[aria-label^="${button}"]`).click();
    },
    async answer(text, button) {
      await notification(text).first().locator('.monaco-button', { hasText: button }).click({ timeout: 180_000 });
    },
    notification,
    async dismissNotifications() {
      await driver.command('Notifications: Clear All Notifications');
    },
    lens: (text) => page.locator('.codelens-decoration a', { hasText: text }).first(),
    terminalText: () => textOf('.terminal-wrapper.active .xterm-rows'),
    editorText: () => textOf('.editor-group-container.active .view-lines'),
    async widenSideBar() {
      const edge = await page.locator('.part.sidebar').boundingBox();
      if (!edge) return;
      const x = edge.x + edge.width + 1;
      await page.mouse.move(x, 400);
      await page.mouse.down();
      await page.mouse.move(x + 130, 400, { steps: 5 });
      await page.mouse.up();
    },
    closeEditors: () => driver.command('View: Close All Editors'),
    async picture(name, still = false) {
      const folder = pictureFolder(name);
      if (!folder) return;
      mkdirSync(folder, { recursive: true });
      if (!still) await page.mouse.move(24, 620);
      await page.waitForTimeout(600);
      writeFileSync(join(folder, `${name}.png`), smallPicture(await page.screenshot()));
    },
    async portrait(view) {
      const folder =
        process.env.UPDATE === '1' ? join(root, 'client/media/walkthrough') : join(process.env.WAYBILL_PICTURES ?? '', 'views');
      if (process.env.UPDATE !== '1' && !process.env.WAYBILL_PICTURES) return;
      mkdirSync(folder, { recursive: true });
      await page.mouse.move(24, 620);
      await page.waitForTimeout(600);
      writeFileSync(join(folder, `${view.toLowerCase().replace(' ', '-')}.png`), smallPicture(await pane(view).screenshot()));
    },
  };
  return driver;
}

/** Waits until `probe` answers true; the error says what was seen last. */
export async function until(what: string, probe: () => Promise<boolean>, seen: () => Promise<unknown>, timeout = 120_000): Promise<void> {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    if (await probe().catch(() => false)) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error(
    `${what} did not come within ${timeout / 1000} s; last seen: ${JSON.stringify(await seen().catch(String), undefined, 1)}`,
  );
}
