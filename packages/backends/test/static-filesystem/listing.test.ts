import { createHook } from 'node:async_hooks'
import t from 'tap'
import { listFolder } from '../../src/static-filesystem/listing.ts'

t.test('listFolder: names in order, escaped, without hidden ones', async (t) => {
  const dir = t.testdir({ b: { x: '' }, 'a&b.txt': '', B: '', '.hidden': '' })
  t.equal((await listFolder(dir, '', dir)).toString(), '<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n<a href="B">B</a>\n<a href="a%26b.txt">a&amp;b.txt</a>\n<a href="b/">b/</a>\n</pre>\n')
})

t.test('listFolder: other work goes on while a large folder is listed', async (t) => {
  const names = Array.from({ length: 3_000 }, (_, i) => `${i}.txt`)
  const dir = t.testdir({ a: Object.fromEntries(names.map((name) => [name, ''])) })
  const pauses = new Set<number>()
  const hook = createHook({ init (id, type) { if (type === 'Immediate') pauses.add(id) } }).enable()
  const page = (await listFolder(dir, 'a', `${dir}/a`)).toString()
  hook.disable()
  t.equal(page.match(/<a /g)?.length, names.length)
  t.ok(pauses.size >= 5, `${pauses.size} pauses`)
})
