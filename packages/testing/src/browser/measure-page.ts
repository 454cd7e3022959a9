import type { Page } from 'playwright-core'

interface Axe { run (): Promise<{ violations: { id: string, nodes: { html: string, failureSummary: string }[] }[] }> }

/** Returns what axe finds wrong with a page. */
export async function findBarriers (page: Page): Promise<string[]> {
  const { default: axe } = await import('axe-core')
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`)
  })
}

/** The width that a page takes, in px: more than that of the window when it scrolls sideways. */
export function measureWidth (page: Page): Promise<number> {
  return page.evaluate(() => {
    const { document } = globalThis as unknown as { document: { documentElement: { scrollWidth: number } } }
    return document.documentElement.scrollWidth
  })
}
