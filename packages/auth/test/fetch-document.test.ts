import t from 'tap'
import { Agent } from 'undici'
import { fetchDocument } from '../src/fetch-document.ts'
import { startOrigin } from '@floodgate/testing'

t.test('fetchDocument: gives up a document longer than 1 MB, and its connection', async (t) => {
  const closed: string[] = []
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
    if (request.url === '/fits') { response.end(' '.repeat(1 << 20)); return }
    response.on('close', () => { closed.push(request.url!) })
    const chunk = Buffer.alloc(64 * 1024, ' ')
    // Without end: whoever reads on never comes back.
    const write = (): void => { while (response.write(chunk)); }
    response.on('drain', write)
    write()
  })
  const agent = new Agent()
  t.teardown(() => agent.destroy())
  const { body, ...answer } = await fetchDocument(agent, `${origin.url}/fits`, { timeout: 60_000 })
  t.same(answer, { status: 200, contentType: 'application/json', cacheControl: '' })
  t.equal(body.length, 1 << 20)
  await t.rejects(fetchDocument(agent, `${origin.url}/endless`, { timeout: 60_000 }), { message: 'the response is longer than 1048576 bytes' })
  while (closed.length === 0) await new Promise(setImmediate)
  t.same(closed, ['/endless'])
})
