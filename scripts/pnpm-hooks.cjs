// Hooks of pnpm for `pack` and `publish`: adds to the published manifest what scripts/address.mjs has found, and packages.mjs passes.
const addresses = JSON.parse(process.env['FLOODGATE_ADDRESSES'])

module.exports = {
  hooks: {
    beforePacking: (manifest) => ({ ...manifest, ...addresses[manifest.name] })
  }
}
