import t from 'tap'
import { formatUrl, parseUrl, readUrl } from '@floodgate/go'

t.test('parseUrl, formatUrl: as net/url', async (t) => {
  t.same(parseUrl('HTTPS://u:p%40@Host:8443/a%2Fb%20c?x=1#f%41'), { scheme: 'https', opaque: '', userinfo: 'u:p%40', host: 'Host:8443', path: '/a/b c', query: 'x=1', fragment: 'fA' })
  for (const text of ['http://h/a?b#c', 'mailto:me@x', '/a/b', '//h/x', 'http://[::1]:80/', 'http://[fe80::1%25en0]/', '*', 'http://caf%C3%A9/']) {
    const url = readUrl(text)
    t.not(typeof url, 'string', text)
    if (typeof url !== 'string' && !text.includes('%')) t.equal(formatUrl(url), text)
  }
})

t.test('readUrl: says what url.Parse says', async (t) => {
  for (const [text, want] of [
    [':x', 'missing protocol scheme'], ['a\nb', 'net/url: invalid control character in URL'], ['1:2', 'first path segment in URL cannot contain colon'],
    ['http://a b/', 'invalid character " " in host name'], ['http://h:x/', 'invalid port ":x" after host'], ['/%zz', 'invalid URL escape "%zz"'], ['http://[::1/', "missing ']' in host"], ['http://u ser@h/', 'net/url: invalid userinfo']
  ] as const) t.equal(readUrl(text), `parse ${JSON.stringify(text)}: ${want}`)
})
