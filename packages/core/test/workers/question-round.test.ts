import t from 'tap'
import { createQuestionRound } from '../../src/index.ts'

t.test('question round: waits for all that are asked, and for one question at a time', async (t) => {
  const sent: number[] = []
  const round = createQuestionRound((question) => { sent.push(question) }, 60_000)
  await round.ask([])
  t.same(sent, [], 'nobody to ask')
  let isOver = false
  const first = round.ask([1, 2, 3])
  first.then(() => { isOver = true })
  t.equal(round.ask([1]), first, 'asked already')
  round.answered(1, 1)
  round.answered(2, 9)
  round.gone(3)
  await Promise.resolve()
  t.notOk(isOver, 'a late answer to another question does not count')
  round.answered(2, 1)
  await first
  const second = round.ask([2])
  t.same(sent, [1, 2])
  round.answered(2, 2)
  await second
  const impatient = createQuestionRound(() => {}, 1)
  await impatient.ask([1])
  t.pass('whoever does not answer is not waited for')
})
