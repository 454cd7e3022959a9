const failures = Symbol('floodgate.failures')

type Noted = { [failures]?: string[] }

/**
 * Stores why a request's response, or a part of it, failed, for its line in the access log; it is not shown to the
 * client.
 */
export function noteFailure (response: object, detail: string): void {
  ((response as Noted)[failures] ??= []).push(detail)
}

/** Returns what failed while a response was made, in the order of notes; usually empty. */
export function failuresOf (response: object): readonly string[] {
  return (response as Noted)[failures] ?? none
}

const none: readonly string[] = []
