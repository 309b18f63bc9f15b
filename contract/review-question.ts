/** Our one question to somebody whose words may be an opt-out, unless a person words it differently. */
export const reviewQuestion = (business: string): string =>
  `${business}: Do you want us to stop texting you? Reply STOP and we will. If you meant something else, just tell us.`;
