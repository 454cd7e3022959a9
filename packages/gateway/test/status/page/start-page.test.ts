import http from 'node:http'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { freePort, missingBrowser, startBrowser, type Page } from '@floodgate/testing'
import { mostViewers } from '../../../src/status/feed.ts'
import { configOf, endpoint, live, readCells, startGateway } from './open-status.ts'

const skip = missingBrowser() ?? false
const token = 'a-token-of-this-test'
const other = 'another-token-of-this-test'

async function signIn (page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')
  await live(page)
}

/** Connects viewers that are no browser; they end with the test, or before. */
async function connect (t: Test, url: string, count: number): Promise<http.ClientRequest[]> {
  const requests = Array.from({ length: count }, () => http.get(new URL('/events', url), { agent: false }).on('error', () => {}))
  t.teardown(() => { for (const request of requests) request.destroy() })
  await Promise.all(requests.map(async (request) => { (await once(request, 'response') as [http.IncomingMessage])[0].on('error', () => {}).resume() }))
  return requests
}

t.test('status page: how it follows the gateway', { skip }, async (t) => {
  const { open } = await startBrowser(t)

  await t.test('a link with a stray % and a second ? leads through the form, and again after another token and address', async (t) => {
    const port = await freePort()
    const endpoints = [endpoint('/all%3Fof'), endpoint('/users')]
    const { app, url } = await startGateway(t, endpoints, { status: { port, token } }, true)
    const { page } = await open(t, `${url}#endpoints?q=users?50%&sort=-2`)
    await signIn(page, token)
    t.equal(await page.getByLabel('Filter').inputValue(), 'users?50%')
    t.equal(await page.locator('#empty').textContent(), 'No row fits the filter.')
    await page.getByLabel('Filter').fill('users')
    t.match(await readCells(page), [['GET', '/users']])
    const address = page.url()

    const { problems } = await app.floodgate.get().reload(configOf(endpoints, { status: { port, token: other, address: '0.0.0.0' } }))
    t.strictSame(problems, [])
    await page.getByLabel('Token').waitFor()
    t.equal(page.url(), address)
    await signIn(page, other)
    t.match(await readCells(page), [['GET', '/users']])
    await page.goto(`${url}#%E0%A4%A?q=%`)
    await page.reload()
    await live(page)
    t.ok(await page.getByRole('heading', { name: 'Overview' }).isVisible(), 'a table that is none')
  })

  await t.test('too many viewers: says so, and is live when one leaves', async (t) => {
    const { url } = await startGateway(t, [endpoint('/users')])
    const viewers = await connect(t, url, mostViewers)
    const { page } = await open(t, url)
    await page.getByText('Too many viewers: trying again …').waitFor()
    viewers[0]!.destroy()
    await live(page)
    t.equal(await page.locator('#name').textContent(), 'Shop')
  })

  await t.test('viewers that join while the configuration is replaced see the last one', async (t) => {
    const status = { port: await freePort() }
    const { app, url } = await startGateway(t, [endpoint('/0')], { status }, true)
    const opened = []
    for (let i = 1; i <= 5; i++) {
      const [page] = await Promise.all([open(t, `${url}#endpoints`), app.floodgate.get().reload(configOf([endpoint(`/${i}`)], { status }))])
      opened.push(page)
    }
    for (const { page, messages } of opened) {
      await page.locator('#scroll tbody td:nth-child(2)', { hasText: /^\/5$/ }).waitFor()
      await live(page)
      t.strictSame([(await readCells(page)).map(([, path]) => path), messages], [['/5'], []])
    }
  })

  await t.test('invisible characters are shown, and the page lets no other text become markup or a script', async (t) => {
    const { app, url } = await startGateway(t, [], { status: { port: await freePort() } }, true)
    const { port } = new URL(url)
    await app.floodgate.get().reload(configOf([endpoint('/users')], { status: { port: Number(port) } }, { name: 'Sh\u200bop\u202e<b>x</b>' }))
    const { page, messages } = await open(t, url)
    await live(page)
    t.equal(await page.locator('#name').textContent(), 'Sh\\u200bop\\u202e<b>x</b>')
    t.equal(await page.title(), 'Sh\\u200bop\\u202e<b>x</b> status')
    t.strictSame(messages, [])
    const refused = await page.evaluate(() => {
      const { document } = globalThis as unknown as { document: { body: { innerHTML: string }, createElement: (name: string) => { text: string } } }
      const attempt = (change: () => void): string => {
        try {
          change()
          return 'accepted'
        } catch (error) {
          return (error as Error).name
        }
      }
      return [
        attempt(() => { document.body.innerHTML = '<b>x</b>' }),
        attempt(() => { document.createElement('script').text = 'globalThis.ran = true' }),
        attempt(() => { (globalThis as unknown as { setTimeout: (text: string) => void }).setTimeout('1') })
      ]
    })
    t.strictSame(refused, ['TypeError', 'TypeError', 'TypeError'])
  })
})
