/** Suites (IANA numbers) without forward secrecy, in CBC mode, or with an insecure cipher, and why each is weak. */
const weak: ReadonlyMap<number, string> = new Map([
  ...[49161, 49162, 49171, 49172, 49187, 49191].map((id) => [id, 'CBC'] as const),
  ...[156, 157].map((id) => [id, 'no forward secrecy'] as const),
  ...[47, 53, 60].map((id) => [id, 'CBC, no forward secrecy'] as const),
  ...[10, 49170].map((id) => [id, '3DES'] as const),
  ...[5, 49159, 49169].map((id) => [id, 'RC4'] as const)
])

/** Lists the weak ones: `47 (CBC, no forward secrecy)`. */
export function weakSuites (ids: readonly number[]): string[] {
  return ids.flatMap((id) => weak.has(id) ? [`${id} (${weak.get(id)})`] : [])
}
