/** Sets a key that a backend or a configuration chose; `__proto__` is a key like any other. */
export function setKey (object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  else object[key] = value
}
