import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import t from 'tap'
import { readAll } from '@floodgate/testing'
import { gzipBody } from '../../src/compression/gzip-body.ts'

/** `once` would reject with the error of the stream. */
const closed = (stream: Readable): Promise<void> => new Promise((resolve) => { stream.once('close', () => { resolve() }) })

t.test('gzipBody: texts, bytes and streams', async (t) => {
  const text = 'a text with ü, '.repeat(10_000)
  for (const body of [text, Buffer.from(text)]) t.equal(gunzipSync(await readAll(gzipBody(body, false))).toString(), text)
  for (const isTimely of [true, false]) {
    const parts = Array.from({ length: 50 }, (_, i) => Buffer.from(text.slice(i * 3000, (i + 1) * 3000)))
    const packed = await readAll(gzipBody(Readable.from(parts), isTimely))
    t.equal(gunzipSync(packed).toString(), text, `timely: ${isTimely}`)
    t.equal(gunzipSync(await readAll(gzipBody(Readable.from([]), isTimely))).length, 0)
  }
})

t.test('gzipBody: a timely stream sends what has arrived', async (t) => {
  const body = new PassThrough()
  const plain = gzipBody(body, true).pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }))
  for (const event of ['one', 'two', 'three']) {
    body.write(event)
    const [got] = await once(plain, 'data') as [Buffer]
    t.equal(got.toString(), event)
  }
  body.end()
  plain.resume()
  await once(plain, 'end')
})

t.test('gzipBody: a body that fails fails the result, also before it is read; the end of the result ends the body', async (t) => {
  const broken = new Error('broken')
  for (const begun of [false, true]) {
    const body = new PassThrough()
    const packed = gzipBody(body, begun)
    if (begun) {
      body.write('x')
      await once(packed, 'data')
    }
    const end = closed(packed)
    body.destroy(broken)
    await end
    t.equal(packed.errored, broken)
  }
  const over = new PassThrough()
  over.destroy()
  await closed(gzipBody(over, false))
  const body = new PassThrough()
  const packed = gzipBody(body, true)
  body.write('x')
  packed.destroy()
  await closed(body)
  t.equal(body.readableEnded, false)
  const whole = gzipBody('x'.repeat(1e6), false)
  whole.destroy()
  await closed(whole)
})

t.test('gzipBody: nothing is read ahead of its reader but for its buffers', async (t) => {
  let given = 0
  const body = new Readable({
    read () {
      given += 16_384
      this.push(Buffer.from(Array.from({ length: 16_384 }, (_, i) => (i * 7919 + given * 31 + Math.floor(Math.random() * 256)) & 255)))
    }
  })
  const packed = gzipBody(body, true)
  // Until the buffers are full: nothing more is asked for in very many turns.
  for (let turns = 0, before = -1; turns < 200; before = given) {
    await new Promise(setImmediate)
    turns = given === before && body.isPaused() ? turns + 1 : 0
  }
  t.ok(given < 400_000, `${given} bytes`)
  packed.destroy()
  await once(body, 'close')
})
