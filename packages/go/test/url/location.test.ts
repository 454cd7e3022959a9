import t from 'tap'
import { readHostname, resolveLocation, writeRequestPath } from '@floodgate/go'

const base = { scheme: 'http', host: 'h:81', userinfo: null, path: '/a/b', query: 'q=1' }

// What Go 1.26 makes of `base.Parse(location)`; checked against it with 400,000 generated ones.
const resolved: [location: string, target: string][] = [
  ['/x', 'http h:81 /x'],
  ['x', 'http h:81 /a/x'],
  ['./x', 'http h:81 /a/x'],
  ['../x', 'http h:81 /x'],
  ['../../../x', 'http h:81 /x'],
  ['x/..', 'http h:81 /a/'],
  ['x/.', 'http h:81 /a/x/'],
  ['/x//y', 'http h:81 /x//y'],
  ['///x', 'http h:81 ///x'],
  ['?p=2', 'http h:81 /a/b?p=2'],
  ['?', 'http h:81 /a/b?'],
  ['#part', 'http h:81 /a/b?q=1'],
  ['/x?y#part', 'http h:81 /x?y'],
  ['//other/x', 'http other /x'],
  ['//other', 'http other /'],
  ['https://other:8443', 'https other:8443 /'],
  ['HTTP://Other/x', 'http Other /x'],
  ['http://[::1]:80/x', 'http [::1]:80 /x'],
  ['http://h:/x', 'http h: /x'],
  ['http://u:p%40@h/x', 'http h /x as u:p@'],
  ['http://u@h/x', 'http h /x as u:'],
  ['/a b', 'http h:81 /a%20b'],
  ['/a%2Fb', 'http h:81 /a%2Fb'],
  ['/a%2fb/%41', 'http h:81 /a%2fb/%41'],
  ['/a%2Fb c', 'http h:81 /a/b%20c'],
  ['/Ã©', 'http h:81 /%C3%A9'],
  ['/%C3%A9', 'http h:81 /%C3%A9'],
  ['/"<>^`{|}', 'http h:81 /%22%3C%3E%5E%60%7B%7C%7D'],
  ["/!$&'()*+,;=:@[]", "http h:81 /!$&'()*+,;=:@[]"],
  ['/\\x', 'http h:81 /%5Cx'],
  ['/x?a=b c', 'http h:81 /x?a=b%20c'],
  ['/x?%zz', 'http h:81 /x?%zz'],
  ['/x?a=/../b', 'http h:81 /x?a=/../b'],
  ['ftp://h/x', 'ftp h /x'],
  ['mailto:me', 'mailto  /'],
  ['http:x', 'http  /'],
  ['*', 'http h:81 /a/*']
]

const refused: readonly (readonly [location: string, message: string])[] = [
  ['http://[::1', "missing ']' in host"], ['http://[::1]x/', 'invalid port "x" after host'], ['http://x[::1]/', 'invalid IP-literal'],
  ['http://[1.2.3.4]/', 'invalid host: no IPv6 address between brackets'], ['http://h:port/', 'invalid port ":port" after host'], ['http://h:1:2/', 'invalid port ":1:2" after host'],
  ['http://a b/', 'invalid character " " in host name'], ['http://a%20b/', 'invalid URL escape "%20"'], ['http://h%/', 'invalid URL escape "%"'],
  ['/%zz', 'invalid URL escape "%zz"'], ['/%', 'invalid URL escape "%"'], ['/x#%zz', 'invalid URL escape "%zz"'], [':x', 'missing protocol scheme'],
  ['1:2', 'first path segment in URL cannot contain colon'], ['/a\tb', 'net/url: invalid control character in URL'], ['/a\x7f', 'net/url: invalid control character in URL'],
  ['http://u ser@h/', 'net/url: invalid userinfo'], ['http://%zz@h/', 'invalid URL escape "%zz"']
]

for (const [location, target] of resolved) {
  t.equal(write(location), target, `resolveLocation: ${JSON.stringify(location)}`)
}

for (const [location, message] of refused) {
  t.throws(() => resolveLocation(base, location), { message }, `resolveLocation: refuses ${JSON.stringify(location)}`)
}

t.equal(write('/x', { ...base, path: '' }), 'http h:81 /x', 'resolveLocation: an origin without path')
t.equal(write('x', { ...base, path: '' }), 'http h:81 /x', 'resolveLocation: relative to an origin without path')
t.equal(write('/y', { ...base, userinfo: 'u:p' }), 'http h:81 /y as u:p', 'resolveLocation: userinfo stays with a relative one')
t.equal(write('//h:81/y', { ...base, userinfo: 'u:p' }), 'http h:81 /y', 'resolveLocation: userinfo goes with a host')
t.equal(write('.', { ...base, path: '/a%2Fb/c' }), 'http h:81 /a%2Fb/', 'resolveLocation: escapes of the base stay')

t.equal(readHostname('[::1]:80'), '::1', 'readHostname: an address in brackets')
t.equal(readHostname('h:'), 'h', 'readHostname: an empty port')

function write (location: string, from: Parameters<typeof resolveLocation>[0] = base): string {
  const target = resolveLocation(from, location)
  return `${target.scheme} ${target.host} ${writeRequestPath(target)}${target.userinfo === null ? '' : ` as ${target.userinfo}`}`
}
