import t from 'tap'
import { isLong } from '@floodgate/testing'
import { AnswerReader } from '../../src/wire/answer-reader.ts'
import { generateAnswer, type GeneratedAnswer } from './answers.ts'
import { oddities, type Difference, type Oddity } from './differences.ts'
import { readByUndici, type Reading } from './oracle.ts'
import { createRandom, type Random } from './random.ts'
import { readAnswer, type OwnReading } from './read-answer.ts'

const answers = isLong ? 1_000_000 : 20_000
const seed = Number(process.env['FLOODGATE_SEED'] ?? 1) >>> 0

/** Fields as both give them: undici leaves in what a proxy must take out, and blanks behind values. */
function normalise (fields: Reading['fields']): string {
  const isChunked = fields.some(([name]) => name === 'transfer-encoding')
  const seen = new Set<string>()
  return fields.filter(([name]) => {
    if (name !== 'content-length') return true
    return !isChunked && !seen.has(name) && seen.add(name)
  }).map(([name, value]) => `${name}: ${value.replace(/^[ \t]+|[ \t]+$/g, '')}`).join('\n')
}

/** How two readings differ; null = not at all. */
function compare (ours: Reading, theirs: Reading): Difference['kinds'][number] | null {
  if (ours.ok && !theirs.ok) return 'we read'
  if (!ours.ok && theirs.ok) return 'we refuse'
  if (!ours.ok) return null
  return ours.status === theirs.status && ours.body === theirs.body && normalise(ours.fields) === normalise(theirs.fields) ? null : 'both read'
}

function isWritten (kind: Difference['kinds'][number], { oddities: found }: GeneratedAnswer): boolean {
  return [...found].some((oddity) => (oddities[oddity] as Difference | null)?.kinds.includes(kind))
}

function cut (length: number, random: Random): number[] {
  const cuts = new Set<number>()
  for (let i = 1 + random.below(6); i > 0; i--) cuts.add(random.below(length + 1))
  return [...cuts].sort((a, b) => a - b)
}

function same (one: OwnReading, other: OwnReading): boolean {
  // What a broken body has shown before it broke is a matter of pieces.
  return one.ok === other.ok && one.status === other.status && one.isReusable === other.isReusable && (!one.ok || (one.taken === other.taken && one.body === other.body && normalise(one.fields) === normalise(other.fields)))
}

t.test(`AnswerReader: ${answers} generated answers are read as undici reads them, or as the list of differences says, however they are cut`, { timeout: 0 }, async (t) => {
  const random = createRandom(seed)
  const counts = { equal: 0, different: 0, read: 0, reusable: 0 }
  const met = new Set<Oddity>()
  const failures: unknown[] = []
  for (let i = 0; i < answers && failures.length < 3; i++) {
    const answer = generateAnswer(random)
    const { text, method } = answer
    const whole = readAnswer(text, method, [])
    const theirs = await readByUndici(text, method)
    const kind = compare(whole, theirs)
    if (kind === null) counts.equal++
    else if (isWritten(kind, answer)) counts.different++
    else failures.push({ kind, method, text, oddities: [...answer.oddities], whole, theirs })
    if (whole.ok) counts.read++
    if (whole.isReusable) counts.reusable++
    for (const oddity of answer.oddities) met.add(oddity)
    // One that has read it before, and an answer with the same head to another method.
    const experienced = new AnswerReader()
    readAnswer(text, method, [], experienced)
    readAnswer(text, method === 'HEAD' ? 'GET' : 'HEAD', [], experienced)
    readAnswer(text, method, [], experienced)
    const again = readAnswer(text, method, [], experienced)
    if (!same(whole, again)) failures.push({ method, text, whole, again })
    const ways = text.length < 400 && i % 20 === 0
      ? [...Array.from({ length: text.length }, (_, at) => [at]), Array.from({ length: text.length }, (_, at) => at)]
      : [cut(text.length, random), cut(text.length, random)]
    for (const cuts of ways) {
      const cutted = readAnswer(text, method, cuts)
      if (!same(whole, cutted)) {
        failures.push({ cuts, method, text, whole, cutted })
        break
      }
    }
  }
  t.strictSame(failures, [], `seed ${seed}`)
  t.strictSame(Object.keys(oddities).filter((oddity) => !met.has(oddity as Oddity)), [], 'every oddity was met')
  t.ok(counts.read > answers * 0.5 && counts.reusable > answers * 0.2, JSON.stringify(counts))
  t.comment(JSON.stringify(counts))
})

t.test('AnswerReader: what is made of the head of one answer is not seen in the next', async (t) => {
  const reader = new AnswerReader()
  const head = 'HTTP/1.1 200 OK\r\nX-Name: value\r\nContent-Length: 0\r\n\r\n'
  for (let i = 0; i < 3; i++) {
    const bytes = Buffer.from(head)
    reader.begin('GET')
    t.equal(reader.read(bytes, 0, bytes.length), bytes.length)
    t.strictSame(reader.head!.fields, ['X-Name', 'value', 'Content-Length', '0'])
    reader.head!.fields.length = 1
  }
  for (let i = 0; i < 300; i++) {
    const bytes = Buffer.from(head.replace('value', `value ${i}`))
    reader.begin('GET')
    reader.read(bytes, 0, bytes.length)
    t.equal(reader.head!.fields[1], `value ${i}`)
  }
})
