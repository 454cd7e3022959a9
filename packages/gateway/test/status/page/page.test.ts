import t from 'tap'
import type { Configuration } from '@floodgate/gateway'
import { findBarriers, freePort, measureWidth, missingBrowser, startBrowser, startOrigin, type Page } from '@floodgate/testing'
import { endpoint, live, readCells, showTable, startGateway } from './open-status.ts'

const skip = missingBrowser() ?? false
const hostile = '/<img src=x onerror=alert(1)>"\'&amp;</script>'

function makeEnd (): { signal: AbortSignal, abort: () => void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort () { controller.abort() } }
}

t.test('status page in a browser', { skip }, async (t) => {
  const { open } = await startBrowser(t)

  await t.test('shows what happens, live, and nothing in the console', async (t) => {
    const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
    const away = `http://127.0.0.1:${await freePort()}`
    const { app, url } = await startGateway(t, [endpoint('/users', origin.url), endpoint('/away', away), endpoint(hostile.replace(/[?#*{}:]/g, ''), origin.url)], { eject: { consecutive: 1, for: '5m' } })
    for (const path of ['/users', '/users', '/away']) await app.inject(path)
    const { page, messages } = await open(t, url)
    await live(page)
    t.match(await page.title(), /^\(\d\) Shop status$/)
    t.match(await page.locator('#about').textContent(), /^Floodgate \d+\.\d+\.\d+, Node \d+\.\d+\.\d+, revision [0-9a-f]{12}$/)
    await page.locator('#plot-requests canvas').waitFor()
    t.equal(await page.locator('#plot-requests canvas').count(), 1)

    await showTable(page, 'Endpoints')
    const rows = await readCells(page)
    t.strictSame(rows.map(([method, path, , , , , , inFlight, requests]) => [method, path, inFlight, requests]), [
      ['GET', '/users', '0', '2'], ['GET', '/away', '0', '1'], ['GET', hostile.replace(/[?#*{}:]/g, ''), '–', '–']
    ])
    t.equal(await page.locator('main img').count(), 0, 'names are text')
    await app.inject('/users')
    await page.locator('#scroll tbody tr:first-child td:nth-child(9)', { hasText: /^3$/ }).waitFor()
    t.not(await page.locator('#scroll tbody tr:first-child td:nth-child(3)').textContent(), '–', 'there is a rate')
    t.equal(await page.getByRole('button', { name: 'p99' }).getAttribute('title'), 'floodgate_http_request_duration_seconds')

    await showTable(page, 'Failures')
    t.match(await readCells(page), [[away, 'FG_ERR_HTTP_CLIENT_DIAL', /^[0-9a-f]{16}$/, /nothing listens there/]])
    await showTable(page, 'Backends')
    await page.locator('summary', { hasText: '2 of the root' }).first().click()
    t.ok(await page.getByText('global: floodgate.eject.for: 5m (configuration)').first().isVisible())
    t.strictSame(messages, [])
  })

  await t.test('filter, order, pages and links, with 2,000 endpoints', async (t) => {
    const { url } = await startGateway(t, Array.from({ length: 2_000 }, (_, i) => endpoint(`/e${String(i).padStart(4, '0')}`)))
    const { page, messages } = await open(t, `${url}#endpoints`)
    await live(page)
    t.equal(await page.locator('#range').textContent(), '1 to 50 of 2000')
    t.equal(await page.locator('#scroll tbody tr').count(), 50)
    await page.getByRole('button', { name: 'Next' }).click()
    t.equal((await readCells(page))[0]![1], '/e0050')
    await page.getByLabel('Filter').fill('e199 get')
    t.equal(await page.locator('#range').textContent(), '1 to 10 of 10 (of 2000)')
    await page.getByRole('button', { name: 'Endpoint' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    t.equal((await readCells(page))[0]![1], '/e1999')
    t.equal(await page.locator('th[aria-sort]').getAttribute('aria-sort'), 'descending')
    const address = page.url()
    t.match(address, /#endpoints\?q=e199\+get&sort=-2$/)
    const other = await open(t, address)
    await live(other.page)
    t.strictSame(await readCells(other.page), await readCells(page), 'the address leads to the same rows')
    t.equal(await other.page.getByLabel('Filter').inputValue(), 'e199 get')
    await page.getByLabel('Filter').fill('nothing like this')
    t.equal(await page.locator('#empty').textContent(), 'No row fits the filter.')
    t.strictSame([...messages, ...other.messages], [])
  })

  await t.test('without endpoints, and when the gateway ends and returns', async (t) => {
    const { app, url } = await startGateway(t, [])
    const { page, messages } = await open(t, url)
    await live(page)
    await showTable(page, 'Endpoints')
    t.equal(await page.locator('#empty').textContent(), 'The configuration has no endpoint.')
    t.strictSame(messages, [])
    await app.close()
    await page.getByText('Connection lost').waitFor()
    const { port } = new URL(url)
    const later = await startGateway(t, [endpoint('/new')], { status: { port: Number(port) } })
    t.equal(later.url, url)
    await live(page)
    t.match(await readCells(page), [['GET', '/new']])
  })

  await t.test('several tabs, while the configuration is replaced', async (t) => {
    const status = { port: await freePort() }
    const { app, url } = await startGateway(t, [endpoint('/old')], { status }, true)
    const tabs = await Promise.all(['#endpoints', '#reloads', ''].map((hash) => open(t, `${url}${hash}`)))
    for (const { page } of tabs) await live(page)
    const [endpoints, reloads, overview] = tabs.map(({ page }) => page) as [Page, Page, Page]
    const config = { version: 3, name: 'Other', extra_config: { floodgate: { status } }, endpoints: [endpoint('/new')] } as unknown as Configuration
    await app.floodgate.get().reload(config)
    await endpoints.locator('#scroll tbody tr td:nth-child(2)', { hasText: /^\/new$/ }).waitFor()
    t.equal((await readCells(endpoints)).length, 1)
    await reloads.getByText('endpoints: 1 added, 1 removed, 0 altered').waitFor()
    await overview.locator('#name', { hasText: /^Other$/ }).waitFor()
    await overview.locator('#notices', { hasText: /^Nothing: no host fails/ }).waitFor()
    for (const { messages } of tabs) t.strictSame(messages, [])
  })

  await t.test('what needs attention comes first, and leads to the backend and its settings', async (t) => {
    const origin = await startOrigin(t, (_, response) => { response.writeHead(503).end() })
    const { app, url } = await startGateway(t, [{ ...endpoint('/broken', origin.url, { encoding: 'no-op' }), output_encoding: 'no-op' }], { retry: { attempts: 2 } })
    const { page, messages } = await open(t, url)
    await live(page)
    const { signal, abort } = makeEnd()
    t.teardown(abort)
    const load = (async () => { while (!signal.aborted) { await app.inject('/broken').catch(() => {}); await new Promise(setImmediate) } })()
    const link = page.getByRole('link', { name: /^Host .* fails [\d.]+ times per second: 503: / })
    await link.waitFor()
    await page.getByRole('link', { name: /^GET \/broken: [\d.]+ of [\d.]+ requests per second end with 5xx$/ }).waitFor()
    t.match(await page.title(), /^\(2\) /)
    await link.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Backends', exact: true }).waitFor()
    const [row] = await readCells(page)
    t.match([row![1], row![3], row![8]], ['/broken', origin.url, /^503: /])
    t.match(row![12], /global: floodgate\.retry\.attempts: 2 /)
    abort()
    await load
    t.strictSame(messages, [])
  })

  await t.test('accessible in dark and light, from 320 to 2,560 px', async (t) => {
    const { app, url } = await startGateway(t, [endpoint('/users'), endpoint('/orders/{id}')], { eject: { consecutive: 1, for: '5m' } })
    await app.inject('/users')
    for (const colorScheme of ['dark', 'light'] as const) {
      const { page, messages } = await open(t, url, { colorScheme })
      await live(page)
      for (const table of ['overview', 'endpoints', 'backends', 'hosts', 'breakers', 'processes']) {
        await page.evaluate((hash) => { (globalThis as unknown as { location: { hash: string } }).location.hash = hash }, table)
        await page.locator(`nav a[href="#${table}"][aria-current]`).waitFor()
        t.strictSame(await findBarriers(page), [], `${colorScheme} ${table}`)
        for (const width of [320, 768, 2_560]) {
          await page.setViewportSize({ width, height: 800 })
          const wide = await measureWidth(page)
          t.ok(wide <= width, `${table}: ${wide} px at ${width}`)
        }
      }
      t.strictSame(messages, [])
    }
  })

  await t.test('asks for the token', async (t) => {
    const token = 'a-token-of-this-test'
    const { url } = await startGateway(t, [endpoint('/users')], { status: { port: 0, token } })
    const { page } = await open(t, url)
    t.strictSame(await findBarriers(page), [])
    await page.getByLabel('Token').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Token').fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await live(page)
    t.notMatch(await page.content(), token)
    t.notMatch(page.url(), token)
    t.equal(await page.evaluate(() => (globalThis as unknown as { document: { cookie: string } }).document.cookie), '', 'scripts do not see the cookie')
  })
})
