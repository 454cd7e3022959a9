import t from 'tap'
import { readEnvironmentProxy } from '../../src/dial/environment-proxy.ts'

const proxy = 'http://proxy.corp:3128'

// [NO_PROXY, URLs that go directly, URLs that go through the proxy], as golang.org/x/net/http/httpproxy decides.
const exceptions: [list: string, direct: string[], proxied: string[]][] = [
  ['', ['http://localhost', 'http://127.0.0.1:8080', 'https://127.9.9.9', 'http://[::1]:80', 'http://[::ffff:127.0.0.1]'], ['http://a.localhost', 'http://0.0.0.0', 'http://foo.com', 'http://localhost.localdomain']],
  ['*', ['http://foo.com', 'https://10.0.0.1'], []],
  ['a.com, *', ['http://foo.com'], []],
  ['foo.com', ['http://foo.com', 'https://a.foo.com:8443', 'http://b.a.foo.com', 'http://FOO.com'], ['http://xfoo.com', 'http://foo.com.', 'http://foo.com.org', 'http://com']],
  ['.foo.com', ['http://a.foo.com'], ['http://foo.com', 'http://xfoo.com']],
  ['*.foo.com', ['http://a.foo.com'], ['http://foo.com']],
  ['*foo.com', [], ['http://a.foo.com', 'http://xfoo.com']],
  ['foo.com:80', ['http://foo.com', 'http://a.foo.com:80'], ['https://foo.com', 'http://foo.com:8080']],
  ['foo.com:443', ['https://foo.com', 'http://foo.com:443'], ['http://foo.com']],
  [' FOO.com , bar.com', ['http://foo.com', 'http://bar.com'], []],
  ['bücher.de', ['http://xn--bcher-kva.de', 'http://a.xn--bcher-kva.de'], ['http://bucher.de']],
  ['10.1.2.3', ['http://10.1.2.3', 'https://10.1.2.3:8443', 'http://[::ffff:10.1.2.3]'], ['http://10.1.2.4']],
  ['10.1.2.3:80', ['http://10.1.2.3'], ['https://10.1.2.3']],
  ['10.0.0.0/8', ['http://10.1.2.3', 'http://10.255.0.1:81', 'http://[::ffff:10.1.2.3]'], ['http://11.0.0.1', 'http://ten.com']],
  ['10.0.0.0/33', [], ['http://10.0.0.0']],
  ['2001:db8::/32', ['http://[2001:db8::5]'], ['http://[2001:db9::5]']],
  ['::/0', ['http://[2001:db9::5]'], ['http://10.0.0.1', 'http://[::ffff:10.1.2.3]']],
  ['[2001:db8::5]:80,2001:db8::6', ['http://[2001:db8::5]', 'https://[2001:db8::6]'], ['https://[2001:db8::5]']],
  [':80,,', [], ['http://foo.com']],
  ['com', ['http://foo.com'], ['http://foo.org']]
]

for (const [list, direct, proxied] of exceptions) {
  for (const url of direct) t.equal(choose({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: list }, url), null, `readEnvironmentProxy: NO_PROXY ${JSON.stringify(list)}: ${url} directly`)
  for (const url of proxied) t.equal(choose({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: list }, url), proxy, `readEnvironmentProxy: NO_PROXY ${JSON.stringify(list)}: ${url} through the proxy`)
}

t.test('readEnvironmentProxy: which variable counts', async (t) => {
  t.equal(choose({}, 'http://foo.com'), null, 'none set')
  t.equal(choose({ HTTP_PROXY: 'a:1', HTTPS_PROXY: 'b:2' }, 'http://foo.com'), 'http://a:1', 'HTTP_PROXY for http')
  t.equal(choose({ HTTP_PROXY: 'a:1', HTTPS_PROXY: 'b:2' }, 'https://foo.com'), 'http://b:2', 'HTTPS_PROXY for https')
  t.equal(choose({ HTTP_PROXY: 'a:1' }, 'https://foo.com'), null, 'one is not for the other')
  t.equal(choose({ http_proxy: 'a:1' }, 'http://foo.com'), 'http://a:1', 'lower case')
  t.equal(choose({ HTTP_PROXY: 'a:1', http_proxy: 'b:2' }, 'http://foo.com'), 'http://a:1', 'upper case first')
  t.equal(choose({ HTTP_PROXY: '', http_proxy: 'b:2' }, 'http://foo.com'), 'http://b:2', 'an empty one is none')
  t.equal(choose({ HTTP_PROXY: 'a:1', NO_PROXY: '', no_proxy: 'foo.com' }, 'http://foo.com'), null, 'no_proxy behind an empty NO_PROXY')
  t.equal(choose({ HTTP_PROXY: 'a:1', REQUEST_METHOD: 'GET' }, 'http://foo.com'), null, 'HTTP_PROXY not below CGI')
  t.equal(choose({ HTTPS_PROXY: 'a:1', REQUEST_METHOD: 'GET' }, 'https://foo.com'), 'http://a:1', 'HTTPS_PROXY below CGI')
})

t.test('readEnvironmentProxy: how an address is read', async (t) => {
  const addresses: [string, string][] = [
    ['proxy', 'http://proxy:80'],
    ['proxy:3128', 'http://proxy:3128'],
    ['10.0.0.1:3128', 'http://10.0.0.1:3128'],
    ['[::1]:3128', 'http://[::1]:3128'],
    ['https://proxy', 'https://proxy:443'],
    ['socks5://proxy', 'socks5://proxy:1080'],
    ['socks5h://proxy:1', 'socks5h://proxy:1'],
    ['http://us%40er:p%3Aw@proxy', 'http://us@er:p:w@proxy:80'],
    ['http://user@proxy', 'http://user:null@proxy:80']
  ]
  for (const [value, written] of addresses) t.equal(choose({ HTTP_PROXY: value }, 'http://foo.com'), written, value)
})

t.test('readEnvironmentProxy: says which variable it cannot use, without the value', async (t) => {
  for (const value of ['ftp://user:secret@proxy:21', '://x', 'http://', 'a b']) {
    const warnings: string[] = []
    t.equal(readEnvironmentProxy({ HTTPS_PROXY: value }, (message) => { warnings.push(message) })('https:', 'foo.com', 443), null, value)
    t.match(warnings, [/^HTTPS_PROXY is not used/])
    t.notMatch(warnings.join(), /secret/)
  }
})

function choose (env: NodeJS.ProcessEnv, text: string): string | null {
  const url = new URL(text)
  const protocol = url.protocol as 'http:'
  const port = Number(url.port) || (protocol === 'http:' ? 80 : 443)
  const chosen = readEnvironmentProxy(env)(protocol, url.hostname.replace(/^\[|\]$/g, ''), port)
  if (chosen === null) return null
  const { username, password, host } = chosen
  return `${chosen.protocol}://${username === null ? '' : `${username}:${password}@`}${host.includes(':') ? `[${host}]` : host}:${chosen.port}`
}
