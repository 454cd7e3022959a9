import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { missingProgram } from '../missing-program.ts'
import type { Teardown } from '../origin.ts'

export type { Page } from 'playwright-core'

/** A page, and what its console and network said beside what is expected. */
export interface OpenedPage {
  readonly page: Page
  readonly messages: string[]
}

export interface StartedBrowser {
  /** Opens a page in a context of its own, which ends with the test. */
  open (t: Teardown, url: string, options?: BrowserContextOptions): Promise<OpenedPage>
}

/** Why there is no browser; null = there is one. */
export function missingBrowser (): string | null {
  return missingProgram('chromium', 'get it with `apt-get install chromium`')
}

/** Starts Debian's chromium; it ends with the test. */
export async function startBrowser (t: Teardown): Promise<StartedBrowser> {
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  t.teardown(() => browser.close())
  return { open: (t, url, options) => open(browser, t, url, options) }
}

async function open (browser: Browser, t: Teardown, url: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const context = await browser.newContext(options)
  t.teardown(() => context.close())
  const page = await context.newPage()
  const messages: string[] = []
  page.on('console', (message) => { messages.push(message.text()) })
  page.on('pageerror', (error) => { messages.push(String(error)) })
  page.on('dialog', (dialog) => { messages.push(`dialog: ${dialog.message()}`) })
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith('data:')) messages.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  return { page, messages }
}
