/** Where a few North American area codes are, for inventory and for the webhook's FromCity and kin. */
export type Place = {
  country: "US" | "CA";
  region: string;
  locality: string;
  postalCode: string;
  lata: string | null;
  latitude: number;
  longitude: number;
};

const PLACES: Record<string, Place> = Object.fromEntries(
  (
    [
      ["201", "US", "NJ", "Jersey City", "07302", "224", 40.7178, -74.0431],
      ["206", "US", "WA", "Seattle", "98101", "674", 47.6062, -122.3321],
      ["212", "US", "NY", "New York", "10001", "132", 40.7128, -74.006],
      ["213", "US", "CA", "Los Angeles", "90012", "730", 34.0522, -118.2437],
      ["214", "US", "TX", "Dallas", "75201", "552", 32.7767, -96.797],
      ["215", "US", "PA", "Philadelphia", "19102", "228", 39.9526, -75.1652],
      ["303", "US", "CO", "Denver", "80202", "656", 39.7392, -104.9903],
      ["305", "US", "FL", "Miami", "33130", "460", 25.7617, -80.1918],
      ["312", "US", "IL", "Chicago", "60601", "358", 41.8781, -87.6298],
      ["404", "US", "GA", "Atlanta", "30303", "438", 33.749, -84.388],
      ["415", "US", "CA", "San Francisco", "94105", "722", 37.7749, -122.4194],
      ["503", "US", "OR", "Portland", "97204", "672", 45.5152, -122.6784],
      ["512", "US", "TX", "Austin", "78701", "558", 30.2672, -97.7431],
      ["602", "US", "AZ", "Phoenix", "85003", "666", 33.4484, -112.074],
      ["617", "US", "MA", "Boston", "02108", "128", 42.3601, -71.0589],
      ["702", "US", "NV", "Las Vegas", "89101", "721", 36.1699, -115.1398],
      ["808", "US", "HI", "Hilo", "96720", "834", 19.72, -155.09],
      ["917", "US", "NY", "New York", "10001", "132", 40.7128, -74.006],
      ["416", "CA", "ON", "Toronto", "M5H 2N2", "888", 43.6532, -79.3832],
      ["514", "CA", "QC", "Montreal", "H2Y 1C6", "888", 45.5017, -73.5673],
      ["604", "CA", "BC", "Vancouver", "V6B 1A1", "888", 49.2827, -123.1207],
    ] as const
  ).map(([areaCode, country, region, locality, postalCode, lata, latitude, longitude]) => [
    areaCode,
    { country, region, locality, postalCode, lata, latitude, longitude },
  ]),
);

export function placeOf(areaCode: string): Place | undefined {
  return PLACES[areaCode];
}

/** Area codes with inventory to offer when a search names none. */
export function areaCodesOf(country: string): string[] {
  return Object.keys(PLACES).filter((areaCode) => PLACES[areaCode]?.country === country);
}

/** The webhook's place fields for one side, best effort: what is unknown is left blank, as Twilio does. */
export function placeParams(side: "From" | "To", phoneNumber: string): Record<string, string> {
  const place = phoneNumber.startsWith("+1") ? PLACES[phoneNumber.slice(2, 5)] : undefined;
  return {
    [`${side}City`]: place?.locality.toUpperCase() ?? "",
    [`${side}State`]: place?.region ?? "",
    [`${side}Zip`]: place?.postalCode ?? "",
    [`${side}Country`]: place?.country ?? (phoneNumber.startsWith("+1") ? "US" : ""),
  };
}
