type Data = Record<string, unknown>

/** Creates what takes the object at a dotted path (`data.user`) out of a document; what is missing or no object becomes an empty one. */
export function createTarget (target: string): (data: Data | null) => Data {
  const path = target.split('.')
  return (data) => {
    let object = data
    for (const key of path) {
      if (object === null || !Object.hasOwn(object, key)) return {}
      const value = object[key]
      if (!isObject(value)) return {}
      object = value
    }
    return object!
  }
}

export function isObject (value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
