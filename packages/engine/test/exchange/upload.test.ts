import { once } from 'node:events'
import { Readable } from 'node:stream'
import t from 'tap'
import { Upload } from '../../src/exchange/upload.ts'

t.test('Upload: a client that breaks off before anybody listens is no unhandled error', async (t) => {
  const body = new Readable({ read () {} })
  const upload = new Upload(body)
  body.destroy(new Error('reset'))
  await closeOf(upload)
  t.match(upload.errored, { message: 'reset' })
})

t.test('Upload: the error of a body may come after the upload was given up', async (t) => {
  const body = new Readable({ read () {} })
  const upload = new Upload(body)
  body.destroy(new Error('reset'))
  upload.destroy()
  await closeOf(body)
  t.ok(upload.destroyed)
})

t.test('Upload: does not destroy the body of the client', async (t) => {
  const body = Readable.from([Buffer.from('rest')])
  new Upload(body).destroy()
  await once(body, 'end')
  t.notOk(body.errored)
})

t.test('Upload: a body that is abandoned does not end it as if whole', async (t) => {
  const body = new Readable({ read () {} })
  const upload = new Upload(body)
  body.push('part')
  body.emit('aborted')
  await closeOf(upload)
  body.push(null)
  t.match(upload.errored, { message: 'The client aborted its request' })
  t.notOk(body.destroyed, 'the connection has an answer to carry')
})

/** Unlike `once`, is no failure where an error comes before. */
function closeOf (emitter: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => { emitter.once('close', () => { resolve() }) })
}
