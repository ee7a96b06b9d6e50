/** What a person does with questions and terminals, and what a machine shows of builds. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { VsCode } from '../bench/vscode.ts';
import { until, type Workbench } from './workbench.ts';

/** Types into the open question and goes on; waits until it is gone or another one. */
export async function answerInput({ page }: Workbench, title: string, text: string): Promise<void> {
  const widget = page.locator('.quick-input-widget:visible', { has: page.locator('.quick-input-title', { hasText: title }) });
  await widget.waitFor({ timeout: 60_000 });
  await widget.locator('input[type="text"]').first().fill(text);
  await page.keyboard.press('Enter');
  await widget.waitFor({ state: 'detached', timeout: 30_000 });
}

export async function pressDialog({ page }: Workbench, button: string): Promise<void> {
  await page.locator('.monaco-dialog-box .monaco-button', { hasText: new RegExp(`^${button}$`) }).click({ timeout: 120_000 });
}

/** Holds Ctrl over the text in the terminal and clicks it. */
export async function followLink({ page }: Workbench, text: string): Promise<void> {
  const span = page.locator('.terminal-wrapper.active .xterm-rows > div', { hasText: text }).last();
  const place = await span.evaluate((row, wanted) => {
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = (node.textContent ?? '').replaceAll('\u00a0', ' ').indexOf(wanted);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
    return undefined;
  }, text);
  assert.ok(place, `${text} in the terminal`);
  await page.mouse.move(place.x - 3, place.y);
  await page.keyboard.down('Control');
  await page.mouse.move(place.x, place.y, { steps: 3 });
  await page.waitForTimeout(400);
  await page.mouse.click(place.x, place.y);
  await page.keyboard.up('Control');
}

/** The process that runs the extensions of this VS Code; one that has just been left may take a moment to end. */
export async function extensionHost({ userData }: VsCode): Promise<number> {
  const mark = userData.replace(/\/user$/, '');
  const found = () => processes().filter((pid) => /--type=extensionHost/.test(read(pid, 'cmdline')) && read(pid, 'environ').includes(mark));
  await until(
    'one extension host',
    async () => found().length === 1,
    async () => found(),
    60_000,
  );
  return Number(found()[0]);
}

const processes = (): readonly string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** Empty for a process that is gone. */
function read(pid: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Does `/bin/sleep` with this number run anywhere on the machine? */
const sleeps = (number: string): boolean => processes().some((pid) => read(pid, 'cmdline') === `/bin/sleep\0${number}\0`);

/** Waits for `/bin/sleep <number>`, the step of a test's Dockerfile. */
export const stepRuns = (number: string): Promise<void> =>
  until(
    `sleep ${number}`,
    async () => sleeps(number),
    async () => 'it does not run',
    90_000,
  );

export const stepEnds = (number: string): Promise<void> =>
  until(
    `the end of sleep ${number}`,
    async () => !sleeps(number),
    async () => 'it goes on',
    60_000,
  );
