import t from 'tap'
import { freePort, missingBrowser, startBrowser, type Page } from '@floodgate/testing'
import { startWorkers } from './support/start-workers.ts'

const skip = missingBrowser() ?? false

interface Seen { readonly texts: string[], readonly back: string[] }

t.test('workers: the status page in a browser while a worker is killed', { skip, timeout: 180_000 }, async (t) => {
  const status = await freePort()
  const { command, ask } = await startWorkers(t, 4, { floodgate: { status: { port: status } } })
  const { open } = await startBrowser(t)
  const url = `http://127.0.0.1:${status}/`
  const tables = ['overview', 'endpoints', 'processes', 'workers', 'restarts']
  const tabs = await Promise.all(tables.map((table) => open(t, `${url}#${table}`)))
  for (const { page } of tabs) {
    await page.locator('#connection', { hasText: /^Live$/ }).waitFor()
    // Every text that is shown from now on; and counters of the endpoint and of failures that go back.
    await page.evaluate(() => {
      interface Shown { textContent: string }
      const { document, MutationObserver } = globalThis as unknown as {
        document: { body: object, querySelectorAll: (which: string) => Iterable<Shown>, querySelector: (which: string) => Shown | null }
        MutationObserver: new (told: () => void) => { observe: (target: object, what: object) => void }
      }
      const seen: Seen = { texts: [], back: [] }
      let highest = 0
      const look = (): void => {
        for (const { textContent } of document.querySelectorAll('#scroll td, #tiles dd, #notices li')) seen.texts.push(textContent)
        const isOfEndpoints = document.querySelector('#table-title')?.textContent === 'Endpoints'
        const total = Number(isOfEndpoints ? document.querySelector('#scroll tbody tr td:nth-child(9)')?.textContent ?? 0 : 0)
        if (total < highest) seen.back.push(`${highest} -> ${total}`)
        highest = Math.max(highest, total)
      }
      Object.assign(globalThis, { seen })
      look()
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
  }
  const [overview, endpoints, processes, workers, restarts] = tabs.map(({ page }) => page) as [Page, Page, Page, Page, Page]
  await ask(20)
  await endpoints.locator('#scroll tbody td:nth-child(9)', { hasText: /^20$/ }).waitFor()
  const pid = /worker 2 \(process (\d+)\) serves/.exec(command.output)![1]!
  const before = Date.now()
  process.kill(Number(pid), 'SIGKILL')
  const end = new AbortController()
  const served = command.said(/worker 2 \(process \d+\) serves[^]*worker 2 \(process \d+\) serves/).then(() => { end.abort() })
  let sent = 20
  while (!end.signal.aborted) {
    await ask(1)
    sent++
  }
  await served
  await endpoints.locator('#scroll tbody td:nth-child(9)', { hasText: new RegExp(`^${sent}$`) }).waitFor()
  const row = restarts.locator('#scroll tbody tr', { hasText: 'SIGKILL' })
  await row.locator('td:nth-child(2)', { hasText: /^1$/ }).waitFor()
  const since = Date.parse((await row.locator('td:nth-child(3)').textContent())!.replace(' ', 'T'))
  t.ok(since >= before - 1_000 && since <= Date.now(), 'with its time')
  await overview.locator('#tiles div', { hasText: 'Workers' }).locator('dd', { hasText: /^4 of 4$/ }).waitFor()
  const isReplaced = workers.locator('#scroll tbody tr:nth-child(2) td:nth-child(2)').filter({ hasNotText: new RegExp(`^${Number(pid).toLocaleString('en')}$`) })
  await isReplaced.waitFor()
  await processes.locator('#scroll tbody tr:nth-child(5)').waitFor()
  for (const [i, { page, messages }] of tabs.entries()) {
    const { texts, back } = await page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen)
    t.ok(texts.length > 0)
    t.strictSame([texts.filter((text) => /^-\d|NaN|undefined|Infinity|null|object/.test(text)), back, messages], [[], [], []], tables[i]!)
  }
})
