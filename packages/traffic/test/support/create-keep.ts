import type { FeatureContext } from '@floodgate/core'

/** What a feature keeps in one gateway that is not reloaded: by key, closed with it. */
export function createKeep (onClose: (close: () => void | Promise<void>) => void = () => {}): FeatureContext['keep'] {
  const kept = new Map<string, unknown>()
  return (key, _settings, make, close) => {
    if (!kept.has(key)) {
      const value = make()
      kept.set(key, value)
      onClose(() => close?.(value))
    }
    return kept.get(key) as ReturnType<typeof make>
  }
}
