import t from 'tap'
import { type Dispatcher } from 'undici'
import { recycle } from '@floodgate/http-client'
import { startOrigin } from '@floodgate/testing'
import { startClient } from '../support/clients.ts'

t.test('recycle: large reads come in blocks that are used again', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-length': 20_000_000 }).end(Buffer.alloc(20_000_000)) })
  const { dispatcher } = startClient(t)
  const memory = new Set<unknown>()
  let large = 0
  const error = await new Promise((resolve) => {
    dispatcher.dispatch({ origin: origin.url, path: '/', method: 'GET' }, {
      onConnect () {},
      onHeaders: () => true,
      onData (chunk: Buffer) {
        if (chunk.length >= 64 * 1024) { large++; memory.add(chunk.buffer) }
        recycle(chunk)
        recycle(chunk)
        return true
      },
      onComplete () { resolve(null) },
      onError: resolve
    } as unknown as Dispatcher.DispatchHandler)
  })
  t.equal(error, null)
  t.ok(large > 20, `${large} whole reads`)
  t.ok(memory.size < large / 4, `in ${memory.size} blocks`)
  recycle(Buffer.alloc(64 * 1024))
  recycle(Buffer.alloc(3))
})
