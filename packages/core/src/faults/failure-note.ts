const failures = Symbol('floodgate.failures')

type Noted = { [failures]?: string[] }

/** Keeps why a request's answer failed, or a part of it, for its line in the access log: what the log is told, not the client. */
export function noteFailure (response: object, detail: string): void {
  ((response as Noted)[failures] ??= []).push(detail)
}

/** Tells what failed while a response was made, in the order in which it was noted; empty for most. */
export function failuresOf (response: object): readonly string[] {
  return (response as Noted)[failures] ?? none
}

const none: readonly string[] = []
