// Debian's Chromium, driven by playwright-core.
import { join } from 'node:path';
import { type Browser as Chromium, chromium, type Page } from 'playwright-core';
import { type Component, environment, withClaim } from './component.ts';
import { needPackages } from './install.ts';

export interface Browser extends Component {
  readonly browser: Chromium;
  /** Opens a new page in a context of its own at an address. */
  open(url: string, options?: { width?: number; height?: number; dark?: boolean }): Promise<Page>;
  /** Opens VS Code at an address and waits until its workbench is visible. */
  openWorkbench(url: string, options?: { width?: number; height?: number; dark?: boolean }): Promise<Page>;
}

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

/** Starts a headless browser. Set WAYBILL_CHROMIUM to another program than `/usr/bin/chromium`. */
export function startBrowser(): Promise<Browser> {
  return withClaim(async (claim) => {
    needPackages('browser');
    const folder = claim.folder();
    claim.take({ kind: 'family', mark: folder });
    const browser = await chromium.launch({
      executablePath: process.env.WAYBILL_CHROMIUM || '/usr/bin/chromium',
      args: [...flags, `--disk-cache-dir=${join(folder, 'cache')}`],
      env: { ...definedOnly(environment()), TMPDIR: folder, HOME: folder },
    });
    const stop = async () => {
      await browser.close().catch(() => undefined);
      await claim.release();
    };
    const open: Browser['open'] = async (url, options = {}) => {
      const viewport = { width: options.width ?? 1440, height: options.height ?? 900 };
      const context = await browser.newContext({ viewport, ...(options.dark ? { colorScheme: 'dark' as const } : {}) });
      const page = await context.newPage();
      await page.goto(url, { waitUntil: 'domcontentloaded' });
      return page;
    };
    const openWorkbench: Browser['openWorkbench'] = async (url, options) => {
      const page = await open(url, options);
      await page.waitForSelector('.monaco-workbench', { timeout: 60_000 });
      return page;
    };
    return { stop, [Symbol.asyncDispose]: stop, browser, open, openWorkbench };
  });
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
