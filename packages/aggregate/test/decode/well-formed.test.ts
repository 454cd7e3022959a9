import t from 'tap'
import { toWellFormed } from '../../src/decode/well-formed.ts'

t.test('toWellFormed: repairs halves of pairs and what is no UTF-8, and nothing else', async (t) => {
  const repaired = (json: string | Buffer) => toWellFormed(Buffer.from(json as string)).toString()
  t.equal(repaired('"\\ud83d"'), '"\ufffd"')
  t.equal(repaired('"\\uDE00x"'), '"\ufffdx"')
  t.equal(repaired('"\\ud83d\\ud83d\\ude00"'), '"\ufffd\\ud83d\\ude00"')
  t.equal(repaired('"\\\\ud83d"'), '"\\\\ud83d"', 'a backslash, then text')
  t.equal(repaired(Buffer.from([0x22, 0xe9, 0x22])), '"\ufffd"')
  for (const json of ['"☃ 😀"', '"\\ud83d\\ude00"', '"\\u00e9"']) {
    const bytes = Buffer.from(json)
    t.equal(toWellFormed(bytes), bytes, 'no copy')
  }
})
