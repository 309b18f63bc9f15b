/** The channels and their environments; apart from their schemas, for whoever needs no more than their names. */
export const CHANNELS = ["sms", "whatsapp", "instagram", "webchat"] as const;

export const ENVIRONMENTS = ["sandbox", "pre-release", "live"] as const;
