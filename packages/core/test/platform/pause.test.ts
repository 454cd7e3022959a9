import t from 'tap'
import { createPause } from '@floodgate/core'

t.test('createPause: work that takes long lets others have their turn, and short work does not wait', async (t) => {
  t.equal(createPause(60_000)(), null)
  const pause = createPause(0)
  let turns = 0
  const count = (): void => {
    turns++
    if (turns < 5) setImmediate(count)
  }
  setImmediate(count)
  for (let i = 0; i < 10; i++) await pause()
  t.equal(turns, 5)
})
