/** What agents say in fixed words, because nobody else may choose them. */

type Language = "en" | "es" | "fr" | "de" | "other";

/** The truth about who answers: written by people, never by a model. */
export function saysItIsAutomated(language: Language, business: string): string {
  switch (language) {
    case "es":
      return `Este es el asistente automático de ${business}, no una persona. Escribe "persona" y te atenderá alguien del equipo.`;
    case "fr":
      return `Ici l'assistant automatique de ${business}, pas une personne. Écrivez "une personne" et quelqu'un de l'équipe vous répondra.`;
    case "de":
      return `Hier antwortet der automatische Assistent von ${business}, kein Mensch. Schreiben Sie "Mensch", dann übernimmt jemand aus dem Team.`;
    default:
      return `This is ${business}'s automated assistant, not a person. Write "person" and someone from the team will answer you.`;
  }
}

export function greets(language: Language, business: string): string {
  switch (language) {
    case "es":
      return `¡Hola! Este es el asistente automático de ${business}. ¿En qué podemos ayudarte?`;
    case "fr":
      return `Bonjour ! Ici l'assistant automatique de ${business}. Comment pouvons-nous vous aider ?`;
    case "de":
      return `Hallo! Hier ist der automatische Assistent von ${business}. Wie können wir helfen?`;
    default:
      return `Hi! This is ${business}'s automated assistant. How can we help?`;
  }
}
