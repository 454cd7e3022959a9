type Data = Record<string, unknown>

/**
 * Creates the function that extracts the object at a dotted path (`data.user`) of a document; a missing value, or one
 * that is not an object, becomes an empty object.
 */
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
