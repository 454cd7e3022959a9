/** Waits for a promise, at most for so many ms; 0 = for ever. `late` makes the error that it rejects with then. */
export function within <Value> (promise: Value | PromiseLike<Value>, ms: number, late: () => Error): Promise<Value> {
  if (ms <= 0) return Promise.resolve(promise)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(late()) }, ms)
    Promise.resolve(promise).then(resolve, reject).finally(() => { clearTimeout(timer) })
  })
}
