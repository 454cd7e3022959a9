import type { FastifyBaseLogger } from 'fastify'
import t from 'tap'
import { logBody } from '../../src/body-generator/log-body.ts'

function logged (data: Record<string, unknown>, text: string, isEnabled = true) {
  const lines: { input: string, output: string }[] = []
  logBody({ isLevelEnabled: () => isEnabled, debug: (line: { input: string, output: string }) => { lines.push(line) } } as unknown as FastifyBaseLogger, 'n', data, text)
  return lines
}

t.test('logBody: masks what has a secret name, and where it went', (t) => {
  const [{ input, output }] = logged({ req_headers: { Authorization: ['Bearer abcdefgh12'], Cookie: ['sid=kkkkkkkk'], 'X-A': ['a'] }, req_body: { password: 'pwpwpw', n: 1 }, resp_status: 200n }, '<a>abcdefgh12 kkkkkkkk pwpwpw a</a>') as [{ input: string, output: string }]
  t.equal(input, '{"req_headers":{"Authorization":"…","Cookie":"…","X-A":["a"]},"req_body":{"password":"…","n":1},"resp_status":200}')
  t.equal(output, '<a>… … … a</a>')
  t.equal(logged({}, '{"user":"u","client_secret":"s3cret"}')[0]!.output, '{"user":"u","client_secret":"…"}')
  t.equal(logged({ url: 'http://u:pw@host/' }, 'x')[0]!.input.includes('pw@'), false)
  t.same(logged({}, 'x', false), [])
  t.ok(logged({}, 'x'.repeat(100_000))[0]!.output.length < 20_000)
  t.end()
})
