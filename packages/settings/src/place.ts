/** Where something is in a configuration: keys and positions from the root, or from the settings in question, down. */
export type Place = readonly (string | number)[]

/** Writes a place as a key path: `endpoints[0].backend[0].extra_config["backend/http/client"].client_tls`. */
export function formatPlace (place: Place): string {
  let path = ''
  for (const key of place) {
    if (typeof key === 'number') path += `[${key}]`
    else if (/^[A-Za-z_$@#][\w$@#-]*$/.test(key)) path += path === '' ? key : `.${key}`
    else path += `[${JSON.stringify(key)}]`
  }
  return path
}
