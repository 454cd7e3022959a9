export * from '@floodgate/testing'
