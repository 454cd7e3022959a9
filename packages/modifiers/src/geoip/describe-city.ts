import type { CityResponse } from 'mmdb-lib'

interface Named {
  readonly names?: object
  readonly geoname_id?: number
  readonly iso_code?: string
  readonly is_in_european_union?: boolean
}

/**
 * Returns a record of a City database with the names and the order of the reference's header: all members are there,
 * those without data empty.
 */
export function describeCity (record: CityResponse | null): object {
  const {
    city,
    continent,
    country,
    location,
    postal,
    registered_country: registered,
    represented_country: represented,
    subdivisions,
    traits
  } = record ?? {} as Partial<CityResponse>
  const { accuracy_radius: radius = 0, latitude = 0, longitude = 0, metro_code: metro = 0, time_zone: zone = '' } = location ?? {}
  const { is_anonymous_proxy: proxy = false, is_satellite_provider: satellite = false } = (traits ?? {}) as Record<string, boolean>
  return {
    City: { GeoNameID: city?.geoname_id ?? 0, Names: city?.names ?? null },
    Continent: { Code: continent?.code ?? '', GeoNameID: continent?.geoname_id ?? 0, Names: continent?.names ?? null },
    Country: describeCountry(country),
    Location: { AccuracyRadius: radius, Latitude: latitude, Longitude: longitude, MetroCode: metro, TimeZone: zone },
    Postal: { Code: postal?.code ?? '' },
    RegisteredCountry: describeCountry(registered),
    RepresentedCountry: { ...describeCountry(represented), Type: represented?.type ?? '' },
    Subdivisions: subdivisions === undefined
      ? null
      : subdivisions.map((part) => ({ GeoNameID: part.geoname_id ?? 0, IsoCode: part.iso_code ?? '', Names: part.names ?? null })),
    Traits: { IsAnonymousProxy: proxy, IsSatelliteProvider: satellite }
  }
}

function describeCountry (country: Named | undefined): object {
  return {
    GeoNameID: country?.geoname_id ?? 0,
    IsInEuropeanUnion: country?.is_in_european_union ?? false,
    IsoCode: country?.iso_code ?? '',
    Names: country?.names ?? null
  }
}
