import t from 'tap'
import { findBarriers, freePort, measureWidth, missingBrowser, startBrowser, startOrigin, type Page } from '@floodgate/testing'
import type { Configuration } from '@floodgate/gateway'
import { endpoint, live, startGateway } from './open-status.ts'

const skip = missingBrowser() ?? false
const widths = [320, 768, 1_280, 2_560]
const schemes = ['dark', 'light'] as const

/** Widths at which the page scrolls sideways. */
async function findWide (page: Page): Promise<string[]> {
  const wide: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 })
    const taken = await measureWidth(page)
    if (taken > width) wide.push(`${taken} px at ${width}`)
  }
  return wide
}

/** Opens all that can be opened. */
const openDetails = (page: Page): Promise<void> => page.locator('details').evaluateAll((all) => {
  for (const each of all as unknown as { open: boolean }[]) each.open = true
})

/** Tells the elements at which the Tab key stops without a visible mark, and how many there are. */
async function walk (page: Page, steps: number): Promise<{ unmarked: string[], stops: Set<string> }> {
  const unmarked: string[] = []
  const stops = new Set<string>()
  for (let i = 0; i < steps; i++) {
    await page.keyboard.press('Tab')
    // Behind the last one the focus leaves the page.
    if (await page.locator(':focus').count() === 0) continue
    const { name, outline, isShown } = await page.locator(':focus').evaluate((element) => {
      const { outlineStyle, outlineWidth } = (globalThis as unknown as { getComputedStyle: (of: unknown) => Record<string, string> }).getComputedStyle(element)
      const { tagName, textContent, id, getBoundingClientRect } = element as unknown as {
        tagName: string, textContent: string, id: string, getBoundingClientRect: () => { right: number, height: number }
      }
      const box = getBoundingClientRect.call(element)
      return { name: `${tagName}#${id} ${textContent.slice(0, 40)}`, outline: `${outlineStyle} ${outlineWidth}`, isShown: box.right > 0 && box.height > 0 }
    })
    stops.add(name)
    if (outline !== 'solid 3px' || !isShown) unmarked.push(`${name}: ${outline}`)
  }
  return { unmarked, stops }
}

t.test('status page: how it looks', { skip }, async (t) => {
  const { open } = await startBrowser(t)

  await t.test('very long texts: no sideways scrolling, open details, notices', async (t) => {
    const long = `/${'a'.repeat(1_990)}`
    const origin = await startOrigin(t, (_, response) => { response.writeHead(500).end('e'.repeat(10_000)) })
    const status = { port: await freePort() }
    const away = `http://127.0.0.1:${await freePort()}`
    const { app, url } = await startGateway(t, [
      endpoint(long, origin.url), endpoint(`/${'words '.repeat(300).trim().replaceAll(' ', '-')}`, away),
      { endpoint: '/short', backend: [{ host: [away], url_pattern: `${long}?key=${'v'.repeat(500)}` }] }
    ], { status, eject: { consecutive: 1, for: '5m' } }, true)
    const refused = await app.floodgate.get().reload({
      version: 3, name: 'x', extra_config: { floodgate: { status } }, endpoints: [{ endpoint: `no-slash${'x'.repeat(10_000)}` }]
    } as unknown as Configuration)
    t.equal(refused.changed, null)
    for (const path of [long, long, '/short']) await app.inject(path)
    for (const colorScheme of schemes) {
      const { page, messages } = await open(t, url, { colorScheme })
      await live(page)
      await page.locator('#notices li a').first().waitFor()
      for (const table of ['overview', 'endpoints', 'backends', 'hosts', 'failures', 'reloads', 'breakers', 'processes']) {
        await page.evaluate((hash) => { (globalThis as unknown as { location: { hash: string } }).location.hash = hash }, table)
        await page.locator(`nav a[href="#${table}"][aria-current]`).waitFor()
        t.strictSame(await findWide(page), [], `${colorScheme} ${table}`)
        await page.setViewportSize({ width: 1_280, height: 800 })
        const tallest = await page.locator('tbody tr, #notices li').evaluateAll((rows) => Math.max(0, ...(rows as unknown as { offsetHeight: number }[]).map(({ offsetHeight }) => offsetHeight)))
        t.ok(tallest < 400, `${colorScheme} ${table}: a row of ${tallest} px`)
        await openDetails(page)
        t.strictSame(await findWide(page), [], `${colorScheme} ${table} with open details`)
        for (const width of [320, 1_280]) {
          await page.setViewportSize({ width, height: 800 })
          t.strictSame(await findBarriers(page), [], `${colorScheme} ${table} at ${width}`)
        }
      }
      t.strictSame(messages, [])
    }
  })

  await t.test('the form with the token', async (t) => {
    const { url } = await startGateway(t, [endpoint('/users')], { status: { port: 0, token: 'a-token-of-this-test' } })
    for (const colorScheme of schemes) {
      const { page } = await open(t, url, { colorScheme })
      for (const wrong of [false, true]) {
        if (wrong) {
          await page.getByLabel('Token').fill('wrong')
          await page.keyboard.press('Enter')
          await page.getByRole('alert').waitFor()
        }
        t.strictSame(await findWide(page), [])
        t.strictSame(await findBarriers(page), [], `${colorScheme}`)
      }
      const { unmarked, stops } = await walk(page, 3)
      t.strictSame([unmarked, stops.size], [[], 2])
    }
  })

  await t.test('the focus is visible everywhere, and stays through live changes', async (t) => {
    const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
    const { app, url } = await startGateway(t, [endpoint('/one', origin.url), endpoint('/two', origin.url)], { eject: { consecutive: 1, for: '5m' } })
    for (const colorScheme of schemes) {
      const { page, messages } = await open(t, `${url}#backends?sort=-5`, { colorScheme, reducedMotion: 'reduce' })
      await live(page)
      const { unmarked, stops } = await walk(page, 40)
      t.strictSame(unmarked, [])
      t.ok(stops.size > 25, `${stops.size} stops`)
      await page.locator('summary', { hasText: 'of the root' }).last().click()
      await page.locator('summary', { hasText: 'of the root' }).last().focus()
      const focused = await page.locator(':focus').evaluateHandle((element) => element)
      await app.inject('/two')
      await page.locator('#scroll tbody tr td:nth-child(5)', { hasText: /^[\d.]*[1-9]/ }).first().waitFor()
      t.ok(await page.locator(':focus').evaluate((element, before) => element === before, focused), 'the same element')
      t.ok(await page.locator('details[open]').first().isVisible(), 'and it is still open')
      const moving = await page.evaluate(() => {
        const { document, getComputedStyle } = globalThis as unknown as { document: { querySelectorAll: (all: string) => Iterable<unknown>, getAnimations: () => unknown[] }, getComputedStyle: (of: unknown) => Record<string, string> }
        const styles = [...document.querySelectorAll('*')].map((each) => getComputedStyle(each))
        return [document.getAnimations().length, styles.filter(({ transitionDuration, animationName, scrollBehavior }) => transitionDuration !== '0s' || animationName !== 'none' || scrollBehavior !== 'auto').length]
      })
      t.strictSame(moving, [0, 0], 'nothing moves')
      t.strictSame(messages, [])
    }
  })
})
