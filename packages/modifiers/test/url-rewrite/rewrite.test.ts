import { GoRegexp } from '@floodgate/go/regexp'
import t from 'tap'
import { createRewrite } from '../../src/url-rewrite/rewrite.ts'

const create = (literal: Record<string, string>, ...regexp: [string, string][]) => createRewrite({ literal: new Map(Object.entries(literal)), regexp: regexp.map(([source, replacement]) => ({ expression: new GoRegexp(source), replacement })) })

t.test('createRewrite: the exact path first, then the first expression that matches', async (t) => {
  // eslint-disable-next-line no-template-curly-in-string
  const rewrite = create({ '/hi': '/hello', '/hi/x/bar': '/exact' }, ['^/hi/(\\w+)/bar$', '/hello/${1}'], ['/hi/(.*)', '/second/$1'], ['^/(?P<a>\\w+)-(?P<b>\\w+)$', '/${b}/${a}'])
  const cases = [['/hi', '/hello'], ['/hi/x/bar', '/exact'], ['/hi/y/bar', '/hello/y'], ['/hi/y/z', '/second/y/z'], ['/v1/hi/y', '/v1/second/y'], ['/left-right', '/right/left'], ['/hi/', '/second/'], ['/other', null], ['/', null]] as const
  for (const [path, want] of cases) t.equal(rewrite(path), want, path)
})

t.test('createRewrite: what takes too much is not rewritten, in time', async (t) => {
  const rewrite = create({}, ['(x+x+)+y', '/$1'], ['^/(a*)$', '/$1$1$1$1$1$1$1$1'])
  t.equal(rewrite(`/${'x'.repeat(100_000)}`), null)
  t.equal(rewrite(`/${'a'.repeat(20_000)}`), null)
})
