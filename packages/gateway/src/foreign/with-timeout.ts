/** Waits for a promise, at most this many ms; 0 = without limit. `late` creates the error for a timeout. */
export function withTimeout <Value> (promise: Value | PromiseLike<Value>, ms: number, late: () => Error): Promise<Value> {
  if (ms <= 0) return Promise.resolve(promise)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(late()) }, ms)
    Promise.resolve(promise).then(resolve, reject).finally(() => { clearTimeout(timer) })
  })
}
