import type { CallObserver, CoreRequest } from '@floodgate/core'
import t from 'tap'
import { observeAll } from '../../src/build/observe-all.ts'

const request = {} as CoreRequest

/** A watcher that notes what it is told, with its name. */
function watch (name: string, noted: string[], headers: readonly string[] | null = null) {
  return (): CallObserver => ({
    headers,
    onSent () { noted.push(`${name} sent`) },
    onHeaders (status) { noted.push(`${name} headers ${status}`) },
    onData (length) { noted.push(`${name} data ${length}`) },
    onEnd () { noted.push(`${name} end`) },
    onFailure (fault) { noted.push(`${name} failure ${(fault as Error).message}`) }
  })
}

t.test('observeAll: one is itself, none is nothing', async (t) => {
  const one = watch('a', [])
  t.equal(observeAll([one]), one)
  t.equal(observeAll([]), undefined)
})

t.test('observeAll: each of several sees everything, in their order; headers of all are added', async (t) => {
  const noted: string[] = []
  const observer = observeAll([watch('a', noted, ['traceparent', '1']), watch('b', noted), watch('c', noted, ['x-c', '2'])])!(request)
  t.same(observer.headers, ['traceparent', '1', 'x-c', '2'])
  observer.onDialled?.(1, 2)
  observer.onSent()
  observer.onHeaders(200, [])
  observer.onData(3)
  observer.onEnd()
  observer.onFailure(new Error('lost') as never)
  t.same(noted, ['sent', 'headers 200', 'data 3', 'end', 'failure lost'].flatMap((what) => ['a', 'b', 'c'].map((name) => `${name} ${what}`)))
  t.equal(observeAll([watch('a', noted), watch('b', noted)])!(request).headers, null)
})
