/** Countries, as they are chosen for a number or an address. */

/** Where Twilio has numbers for sale. */
export const NUMBER_COUNTRIES =
  "AR AT AU BE BG BR CA CH CL CO CR CY CZ DE DK EC EE ES FI FR GB GR HK HR HU ID IE IL IN IS IT JP KE KR LT LU LV MX MY NG NL NO NZ PA PE PH PL PT RO SE SG SI SK TH TR TW US ZA".split(
    " ",
  );

/** Where somebody may live (ISO 3166-1). */
const COUNTRIES =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW".split(
    " ",
  );

const names = new Intl.DisplayNames(undefined, { type: "region" });
export const sayCountry = (code: string): string => names.of(code) ?? code;

/** Where numbers are for sale that most businesses may have at once. */
const USUAL = ["US", "CA", "GB", "AU", "DE", "FI", "FR", "IE", "IL", "NL", "SE"] as const;
/** Those in the order of their use. @param also one that was chosen elsewhere */
export const usualCountries = (also: string) =>
  [...new Set<string>([...USUAL, also])].map((value) => ({ value, label: sayCountry(value) }));

/** Only there do numbers have area codes by which they are searched. */
export const hasAreaCodes = (country: string): boolean => country === "US" || country === "CA";

/** By their names. */
export const countryChoices = (codes: readonly string[] = COUNTRIES) =>
  codes
    .map((value) => ({ value, label: sayCountry(value) }))
    .toSorted((one, other) => one.label.localeCompare(other.label));
