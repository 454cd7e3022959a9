import t from 'tap'
import { changeLine } from '../../src/breaker/change-line.ts'

t.test('changeLine: in the words of the reference', async (t) => {
  t.equal(changeLine('b', 'half-open', 'closed'), "circuit breaker named 'b' went from 'half-open' to 'closed'")
})
