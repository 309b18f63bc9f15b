/** What the sample studio knows: what Clay answers from. */
import type { NewKnowledgeSource } from "../../../contract/agents.ts";

const pair = (question: string, answer: string): NewKnowledgeSource => ({ kind: "pair", question, answer });

export const KNOWLEDGE: readonly NewKnowledgeSource[] = [
  pair(
    "What are your opening hours?",
    "We're open Tuesday to Friday 10am-8pm, Saturday 9am-6pm and Sunday 11am-4pm. We're closed on Mondays, when the kilns get their rest.",
  ),
  pair(
    "How much does a wheel class cost?",
    "A two-hour wheel throwing class is $65 per person. Clay, glaze and both firings are included, and you go home with two finished pieces.",
  ),
  pair(
    "How much is a hand-building class?",
    "Hand-building classes are $45 per person for two hours, materials and firing included.",
  ),
  pair(
    "Do you have classes for kids?",
    "Yes! Kids' clay club is for ages 6 to 12, every Saturday 10-11:30am, $30 per child. A grown-up is welcome to stay.",
  ),
  pair(
    "What is the minimum age for adult classes?",
    "Wheel and hand-building classes are for ages 14 and up; under 16s come with an adult.",
  ),
  pair(
    "Do I need experience to take a class?",
    "Not at all. Our classes are made for beginners and the teacher helps you step by step. Wobbly first bowls are the best ones.",
  ),
  pair(
    "Can you fire my own pieces?",
    "Yes, our firing service takes pieces made elsewhere: bisque $4 and glaze $6 per kilo, ready in about a week. Tell us the clay and the cone.",
  ),
  pair(
    "Where can I park?",
    "There is free parking behind the studio on Mill Lane, and street parking with a two-hour limit in front.",
  ),
  pair(
    "What is your cancellation policy?",
    "Cancel or move your class up to 48 hours before and it's free. Later than that we can't refund, but a friend may take your place.",
  ),
  pair(
    "Do you sell gift vouchers?",
    "Yes, from $25, by email or on a hand-made card. They are valid for a year: kilnandco.example/gifts",
  ),
  pair(
    "Are your glazes food safe?",
    "All our studio glazes are lead-free and food safe once fired. The crackle glaze is for decoration only.",
  ),
  pair(
    "Is the pottery dishwasher and microwave safe?",
    "Stoneware fired with us is dishwasher and microwave safe. Pieces with gold lustre are neither.",
  ),
  pair(
    "When can I pick up my finished pieces?",
    "Pieces are glazed and fired within three weeks. We text you when yours are ready, and keep them for six weeks.",
  ),
  pair(
    "Can you ship my pieces to me?",
    "Yes, within the US, packed by us, from $18. Tell us your address and we'll quote.",
  ),
  pair(
    "Where are you located?",
    "12 Mill Lane, Asheville, in the old textile mill, ground floor. Look for the blue door.",
  ),
  pair(
    "Do you host birthday parties or team events?",
    "Yes, for 6 to 16 people, private room, from $50 a head. Write to events@kilnandco.example with a date.",
  ),
  pair("What should I wear?", "Clothes that may get dirty, and short nails. We have aprons and towels."),
  pair("How do I book a class?", "Book online at kilnandco.example/classes or reply here with the day you'd like."),
  pair(
    "Do you have a membership?",
    "Yes, $160 a month: open studio access every day, a shelf of your own, and 20% off clay and firing.",
  ),
  pair("Can I buy clay from you?", "Yes, 25 lb bags of stoneware or porcelain, $28 to $42."),
  pair("How do I pay?", "Card, Apple Pay or cash at the studio; card when you book online."),
  pair("Is the studio wheelchair accessible?", "Yes, step-free with an accessible wheel and restroom."),
  pair("Can I bring my dog?", "Sorry, no pets in the studio because of the clay dust; assistance dogs are welcome."),
  pair(
    "Can we bring our own food and drinks?",
    "Yes, snacks and drinks are fine in the lounge, and you may bring wine to evening classes.",
  ),
  pair(
    "What happens if my piece cracks in the kiln?",
    "It happens to everyone. If a piece from a class breaks in firing you may make another one for free.",
  ),
  {
    kind: "text",
    title: "Studio guide",
    content: `# Open studio
Members may use the studio whenever we are open. Wheels are first come, first served; the sign-up sheet hangs by the door, and two hours is the longest anyone should hold a wheel when others are waiting. Please wipe your wheel, the splash pan and the floor around it before you leave.

# Reclaim
Trimmings and failed pots go into the reclaim bucket, sorted by clay body. Never mix porcelain and stoneware. Reclaimed clay is free for members on the first Thursday of the month.

# Kiln schedule
The bisque kiln runs every Monday and Thursday night. The glaze kiln runs on Wednesday and Saturday night to cone 6. Shelves are loaded by staff only. Pieces with glaze on the foot are not loaded, because they stick to the shelf and ruin it.

# Tools and storage
Each member has one shelf and one locker. Tools marked with red tape belong to the studio. Lost tools are kept in the tin box for a month. Plaster moulds must stay on the plaster table, because plaster in clay explodes in the kiln.

# Safety
Dry sanding is not allowed anywhere in the building, since clay dust harms the lungs. Mop with water, never sweep. The raku burner is used outdoors, with a member of staff, in closed shoes and cotton clothing.`,
  },
];

export const INSTRUCTIONS = `You are Clay, the assistant of Kiln & Co., a pottery studio in Asheville. Be warm and brief, as a good neighbour would be: two or three sentences at the most.

Answer only from what the studio has written down. Never promise a place in a class, a date or a price that is not there: a person does that. Pieces that broke, refunds and anything that sounds sad or cross goes to the team at once.`;

export const HANDOVER_TEXT =
  "Let me get someone from the studio for this. They'll answer you right here, usually within the hour.";
