/** What the studio's people write often. */

export const QUICK_REPLIES: ReadonlyArray<{ shortcut: string; content: string }> = [
  {
    shortcut: "hours",
    content:
      "We're open Tuesday to Friday 10am-8pm, Saturday 9am-6pm and Sunday 11am-4pm. Mondays belong to the kilns.",
  },
  {
    shortcut: "ready",
    content: "Hi {{contact.firstName}}, your pieces are out of the kiln. We keep them for six weeks. {{agent.name}}",
  },
  {
    shortcut: "way",
    content:
      "12 Mill Lane, in the old textile mill, ground floor. Look for the blue door; parking is free behind the studio.",
  },
  {
    shortcut: "move",
    content: "No problem, {{contact.firstName}}. Which day suits you instead?",
  },
  { shortcut: "thanks", content: "Thank you, that made our day. See you at the wheel! {{agent.name}}, {{org.name}}" },
];
