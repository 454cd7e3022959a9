import t from 'tap'
import { createPathMatch } from '../../src/static-filesystem/match-path.ts'

t.test('createPathMatch: whole segments, decoded, without what is skipped', async (t) => {
  const match = createPathMatch({ prefix: '/media/', skip: ['/media/api', '/media/one.txt'] })
  t.strictSame(match('/media/a%20b/c.txt?x=/media'), { below: '/a b/c.txt', whole: '/media/a b/c.txt', query: '?x=/media' })
  t.strictSame(match('/media'), { below: '', whole: '/media', query: '' })
  t.match(match('/%6Dedia/'), { below: '/' })
  for (const url of ['/mediator', '/other?/media/', '/', '*', '/media/api/x', '/media/apis', '/media/%61pi', '/media/one.txt', '/media/%zz', '//media/a']) t.equal(match(url), null, url)
})

t.test('createPathMatch: the root, and below another prefix', async (t) => {
  const root = createPathMatch({ prefix: '/', skip: ['/api'] })
  t.match([root('/'), root('/a'), root('//a')], [{ below: '/' }, { below: '/a' }, { below: '//a' }])
  t.equal(root('/api/a'), null)
  const mounted = createPathMatch({ prefix: '/media', skip: ['/media/x'] }, '/v1/')
  t.match(mounted('/v1/media/a'), { below: '/a' })
  t.strictSame([mounted('/media/a'), mounted('/v1/media/x')], [null, null])
})
