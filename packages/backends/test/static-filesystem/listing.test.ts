import t from 'tap'
import { listFolder } from '../../src/static-filesystem/listing.ts'

t.test('listFolder: names in order, escaped, without hidden ones', async (t) => {
  const dir = t.testdir({ b: { x: '' }, 'a&b.txt': '', B: '', '.hidden': '' })
  t.equal((await listFolder(dir, '', dir)).toString(), '<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n<a href="B">B</a>\n<a href="a%26b.txt">a&amp;b.txt</a>\n<a href="b/">b/</a>\n</pre>\n')
})
