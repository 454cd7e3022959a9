import type { Readable } from 'node:stream'
import t from 'tap'
import { readAll } from '@floodgate/testing'
import { sendFile } from '../../src/static-filesystem/send-file.ts'

t.test('sendFile: redirects to the usual form of a path only where it is told what was requested', async (t) => {
  const root = t.testdir({ 'a.txt': 'text', sub: { 'index.html': '<p>' } })
  const ask = async (path: string, requested?: string) => {
    const { status, headers, body } = await sendFile({ method: 'GET', headers: {} }, path, { root, listsFolders: false, ...requested !== undefined && { requested } })
    return { status, location: headers['location'], body: body === null || Buffer.isBuffer(body) ? String(body) : (await readAll(body as Readable)).toString() }
  }
  t.match(await ask('/sub'), { status: 200, body: '<p>' })
  t.match(await ask('/sub/index.html'), { status: 200, body: '<p>' })
  t.match(await ask('/a.txt/'), { status: 200, body: 'text' })
  t.match(await ask('/sub', '/m/sub'), { status: 301, location: 'sub/' })
  t.match(await ask('', '/m:1'), { status: 301, location: 'm%3A1/' })
  t.match(await ask('/a.txt/', '/m/a.txt/'), { status: 301, location: '../a.txt' })
  t.match(await ask('/sub/index.html', '/m/sub/index.html'), { status: 301, location: './' })
  t.match(await ask('/'), { status: 404, body: '404 page not found\n' })
})

t.test('sendFile: more last bytes than the file has are the whole file', async (t) => {
  const root = t.testdir({ 'a.txt': 'text', empty: '' })
  const ask = async (path: string, range: string) => {
    const { status, headers, body } = await sendFile({ method: 'GET', headers: { range } }, path, { root, listsFolders: false })
    const sent = Buffer.isBuffer(body) ? body : await readAll(body as Readable)
    return { status, range: headers['content-range'], body: sent.toString() }
  }
  t.same(await ask('/a.txt', 'bytes=-2'), { status: 206, range: 'bytes 2-3/4', body: 'xt' })
  t.same(await ask('/a.txt', 'bytes=-5'), { status: 206, range: 'bytes 0-3/4', body: 'text' })
  t.match(await ask('/a.txt', 'bytes=-0'), { status: 416, range: 'bytes */4' })
  t.match(await ask('/a.txt', 'bytes=9-'), { status: 416, range: 'bytes */4' })
  t.match(await ask('/empty', 'bytes=-5'), { status: 416, range: 'bytes */0' })
})
