import t from 'tap'
import type { Progress } from '@floodgate/inspect/probe'
import { createLiveProgress } from '../src/live-progress.ts'

t.test('createLiveProgress: lists what runs, and how much of all is done', async (t) => {
  let text = ''
  const live = createLiveProgress({ out () {}, err (more) { text += more }, outColor: false, errColor: false, errIsTerminal: true })
  const at = (kind: Progress['kind'], index: number, rest: object = {}) => ({ kind, index, total: 20, origin: `https://${index}`, ...rest }) as Progress
  for (let index = 0; index < 14; index++) live.show(at('begin', index))
  t.match(text.split('[0J').at(-1), /^⠋ https:\/\/0[^]*https:\/\/10 [^]* {2}and 3 more\n {2}0 of 20\n$/)
  live.show(at('end', 3))
  t.match(text.split('[0J').at(-1), /and 2 more\n {2}1 of 20\n$/)
  live.end()
  t.ok(text.endsWith('\u001b[13A\u001b[0J'))
})
