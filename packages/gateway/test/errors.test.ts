import t from 'tap'
import * as made from '../src/errors.ts'

// That each is in the README: plugin.test.ts.
t.test('errors: what each function makes has a code of the gateway, and contains what it is about', async (t) => {
  for (const [name, make] of Object.entries(made)) {
    if (typeof make !== 'function' || name === 'WorkerStartError') continue
    const error = (make as (...given: unknown[]) => Error & { code: string })(...name === 'wrongOptions'
      ? [['GET /one']]
      : name === 'foreignWrap'
        ? [{ who: 'GET /one', where: 'there' }, 'null']
        : ['GET /one', 'GET /two', new Error('the cause')])
    t.match(error.code, /^FG_ERR_GATEWAY_[A-Z_]+$/, name)
    if (make.length > 0) t.match(error.message, 'GET /one', name)
  }
})

t.test('WorkerStartError: has the exit status of the worker; null after a signal', async (t) => {
  t.match(new made.WorkerStartError(3), { code: 'FG_ERR_GATEWAY_WORKER_START', status: 3, message: /status 3/ })
  t.equal(new made.WorkerStartError(null).status, null)
})
