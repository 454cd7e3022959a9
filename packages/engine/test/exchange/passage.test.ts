import { once } from 'node:events'
import http from 'node:http'
import t from 'tap'
import { Passage } from '@floodgate/engine'
import { call, startOrigin } from '@floodgate/testing'

t.test('Passage: gives back each chunk that was written, those that came before there was a response too', async (t) => {
  const chunks: Buffer[] = ['a', 'b', 'c'].map((letter) => Buffer.alloc(60_000, letter))
  const given: Buffer[] = []
  let ended: Promise<unknown> | undefined
  const server = await startOrigin(t, (_, response) => {
    const passage = new Passage({ resume () {}, abort () {} }, (chunk) => { given.push(chunk) })
    passage.feed(chunks[0]!)
    t.equal(passage.passedBytes, -1, 'it has no response yet')
    ended = once(response, 'close')
    passage.pipe(response as http.ServerResponse)
    passage.feed(chunks[1]!)
    t.equal(passage.passedBytes, 120_000)
    passage.feed(chunks[2]!)
    passage.finish()
    t.equal(passage.passedBytes, 180_000)
  })
  const { body } = await call(server.url)
  t.ok(body.equals(Buffer.concat(chunks)))
  await ended
  t.strictSame(given.map((chunk) => chunks.indexOf(chunk)), [0, 1, 2])
})
