import { createHash } from 'node:crypto'
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { FeatureContext } from '@floodgate/core'
import { compilePlace } from '../../src/place/compile-place.ts'
import type { LuaSettings } from '../../src/place/settings.ts'
import { messages, proxy, serve } from '../support/serve.ts'

function compile (settings: LuaSettings) {
  const told: string[] = []
  const read: string[] = []
  const into = (kind: string) => (place: readonly unknown[], message: string): void => { told.push(`${kind} ${place.join('.')}: ${message}`) }
  const code = compilePlace(settings, 'modifier/lua-proxy', ['p'], { problem: into('problem'), warning: into('warning'), reads: (file: string) => { read.push(file) } } as unknown as FeatureContext)
  return { code, told, read }
}

t.test('compilePlace: files that cannot be used stop the start, at their place', (t) => {
  const folder = t.testdir({ 'good.lua': 'local a = 1\nfunction f() return a end\n', 'bad.lua': 'x = 1\n\n  y = = 2\n', 'open.lua': 'function g()\n' })
  const [good, bad, open, none] = ['good.lua', 'bad.lua', 'open.lua', 'none.lua'].map((name) => join(folder, name)) as [string, string, string, string]
  const { told, code, read } = compile({ sources: [good, bad] })
  t.equal(code, null)
  t.same(told, [`problem p.sources.1: is not Lua: ${bad}:3:7: '=': parse error`])
  t.same(read, [good, bad])
  t.same(compile({ sources: [bad, good] }).told, [`problem p.sources.0: is not Lua: ${bad}:3:7: '=': parse error`])
  t.match(compile({ sources: [open] }).told, [/^problem p\.sources\.0: is not Lua: .*open\.lua:\d:1: parse error at EOF/])
  t.same(compile({ sources: [good, none] }).told, [`problem p.sources.1: cannot read "${none}": there is no such file`])
  t.match(compile({ sources: [none], md5: { x: '0'.repeat(32) }, pre: 'no lua' }).told, [/^problem p\.md5\.x/, /^problem p\.sources\.0/, /^warning p\.pre/], 'all of it at once')
  t.match(compile({ sources: [folder] }).told, [/^problem p\.sources\.0: cannot read/])
  t.same(compile({ sources: [good] }).told, [])
  t.end()
})

t.test('compilePlace: checksums', (t) => {
  const file = join(t.testdir({ 'a.lua': 'a = 1' }), 'a.lua')
  const sum = createHash('md5').update('a = 1').digest('hex')
  t.same(compile({ sources: [file], md5: { [file]: sum } }).told, [])
  t.same(compile({ sources: [file], md5: { [file]: sum.toUpperCase() } }).told, [])
  t.match(compile({ sources: [file], md5: { [file]: '0'.repeat(32) } }), { code: null, told: [`problem p.md5.${file}: the file has the checksum ${sum}: it has changed, or the configuration must name this checksum`] })
  t.match(compile({ md5: { other: sum } }).told, [/^problem p\.md5\.other: "other" is not one of "sources"/])
  t.end()
})

t.test('compilePlace: code of the configuration that is not Lua is a warning with its place', (t) => {
  t.match(compile({ pre: 'x = 1\nthis is no lua', post: 'local x = (' }).told, [
    "warning p.pre: is not Lua: pre-script:2:6: 'is': parse error. Every request that comes here is answered 500",
    /^warning p\.post: is not Lua: post-script:1:\d+: parse error at EOF/
  ])
  t.same(compile({ pre: ' ', post: '' }).code, { sources: null, live: null, pre: null, post: null })
  t.end()
})

t.test('sources: are one text, run before the code, and errors name their file', async (t) => {
  const folder = t.testdir({ 'one.lua': 'local shared = 1\nfunction one() return shared end', 'two.lua': 'function two() return one() + shared end\nfunction fail()\n  error("e")\nend\n' })
  const sources = ['one.lua', 'two.lua'].map((name) => join(folder, name))
  const send = await serve(t, { service: { extra_config: messages }, endpoint: proxy({ sources, post: "response.load():data():set('two', two())" }) })
  t.match((await send()).json, { two: 2 })
  const failing = await serve(t, { service: { extra_config: messages }, endpoint: proxy({ sources, pre: '\nfail()' }) })
  t.equal((await failing()).text, 'e (two.lua:L3)')
  const own = await serve(t, { service: { extra_config: messages }, endpoint: proxy({ sources, pre: '\nerror("mine")' }) })
  t.equal((await own()).text, 'mine (pre-script:L2)')
})

t.test('live: files are read for each request; what they become is an error of the request', async (t) => {
  const file = join(t.testdir({ 'live.lua': 'value = 1' }), 'live.lua')
  const options = { service: { extra_config: messages }, endpoint: proxy({ sources: [file], live: true, post: "response.load():data():set('v', value)" }) }
  t.match(compile({ sources: [file], live: true }).told, [/^warning p\.live: the files of "sources" are read for each request/])
  const send = await serve(t, options)
  t.match((await send()).json, { v: 1 })
  writeFileSync(file, 'value = 2')
  t.match((await send()).json, { v: 2 })
  writeFileSync(file, 'value = 2\nno lua')
  t.match(await send(), { status: 500, text: "'lua': parse error (live.lua:L2)" })
  utimesSync(file, 1, 1)
  writeFileSync(file, 'value = 3')
  t.match((await send()).json, { v: 3 })
})
