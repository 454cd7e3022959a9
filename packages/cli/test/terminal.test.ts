import t from 'tap'
import { takesColor } from '../src/terminal.ts'

t.test('takesColor: follows the terminal, NO_COLOR, FORCE_COLOR and TERM', async (t) => {
  const tty = { isTTY: true }
  const file = { isTTY: false }
  t.strictSame([
    takesColor(tty, {}), takesColor(file, {}), takesColor(tty, { NO_COLOR: '1' }), takesColor(tty, { NO_COLOR: '' }), takesColor(tty, { TERM: 'dumb' }),
    takesColor(file, { FORCE_COLOR: '1' }), takesColor(file, { FORCE_COLOR: '0' }), takesColor(tty, { FORCE_COLOR: '1', NO_COLOR: '1' })
  ], [true, false, false, true, false, true, false, false])
})
