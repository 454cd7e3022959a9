import { freePort } from '@floodgate/testing'
import t from 'tap'
import { createStreamSender } from '../../src/senders/stream-sender.ts'
import { receiveStream } from '../support/servers.ts'

t.test('createStreamSender: messages wait for the server, and for it to come back', async (t) => {
  const port = await freePort()
  const reasons: string[] = []
  const sender = createStreamSender({ host: '127.0.0.1', port }, (messages, reason) => { reasons.push(`${messages} ${reason}`) })
  sender.send(Buffer.from('a'))
  await until(() => reasons.length > 0)
  t.match(reasons, [/^0 .*ECONNREFUSED/], 'it is told, and nothing is lost')
  const first = await receiveStream(t, { port })
  sender.send(Buffer.from('b'))
  t.equal(Buffer.concat(await first.received((all) => Buffer.concat(all).length === 2)).toString(), 'ab')
  await first.close()
  const second = await receiveStream(t, { port })
  // Whether the connection has ended is seen with a message that is lost.
  const again = setInterval(() => { sender.send(Buffer.from('c')) }, 20)
  t.match(Buffer.concat(await second.received((all) => all.length > 0)).toString(), /^c+$/)
  clearInterval(again)
  await sender.flush(5000)
})

t.test('createStreamSender: what waits is bounded, and what is dropped is counted', async (t) => {
  const port = await freePort()
  let dropped = 0
  const sender = createStreamSender({ host: '127.0.0.1', port }, (messages) => { dropped += messages })
  const message = Buffer.alloc(1024 * 1024, 'x')
  for (let i = 0; i < 5; i++) sender.send(message)
  t.equal(dropped, 1)
  const started = performance.now()
  await sender.flush(50)
  t.ok(performance.now() - started >= 40, 'flush gives up')
})

async function until (condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => { setImmediate(resolve) })
}
