/**
 * How people text: words that ask for nothing, and words that ask for the same thing. Lower case, no accents, so that the
 * fillers also hold stop words that a language writes with one.
 */

export interface EverydayWords {
  /** Spellings of the phone: what is read in their place. */
  spellings: Readonly<Record<string, string>>;
  /** Courtesies and filler beyond the language's stop words: they weigh nothing. */
  filler: readonly string[];
  /** Words and phrases that customers of any business use for one thing; the first names it. */
  senses: readonly (readonly string[])[];
  /** The same for what is asked of a thing (its price, its time): an answer may show it without naming it. */
  aspects: readonly Aspect[];
}

export interface Aspect {
  phrases: readonly string[];
  /** What an answer looks like that tells it. */
  shownBy: RegExp;
}

const words = (text: string) => text.split(/\s*,\s*/);

const aspect = (phrases: string, shownBy: RegExp): Aspect => ({ phrases: words(phrases), shownBy });

const AMOUNT =
  /[$€£¥]\s?\d|\d\s?(?:[$€£¥]|euros?\b|eur\b|dollars?\b|usd\b|pounds?\b|%)|\b(?:free|gratis|gratuite?|kostenlos)\b/i;
const CLOCK = /\b\d{1,2}(?::\d\d)?\s?(?:am|pm|h|uhr)\b|\b\d{1,2}:\d\d\b/i;
const either = (...patterns: RegExp[]) => new RegExp(patterns.map((each) => each.source).join("|"), "i");
const LENGTH_EN = /\b(?:minutes?|hours?|days?|weeks?|months?|years?)\b/i;
const DAY_EN = /\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\bevery ?day\b|\bdaily\b/i;

const en: EverydayWords = {
  spellings: Object.fromEntries(
    words(
      "u you,ur your,r are,y why,wat what,wut what,whats what,wen when,hw how,hows how,abt about,bc because,pls please,plz please,thx thanks,tx thanks,ty thanks," +
        "tmrw tomorrow,tmr tomorrow,tomo tomorrow,2moro tomorrow,2day today,2nite tonight,tonite tonight,wknd weekend,gd good," +
        "im am,ive have,dont do,doesnt does,isnt is,cant can,wont will,arent are,theres there,yall you," +
        "n and,w with,b be,c see,k ok,gonna going,wanna want,gotta got,lemme let,appt appointment,min minutes,mins minutes,hr hour,hrs hours,yr years,yrs years,yo years," +
        "mon monday,tue tuesday,tues tuesday,wed wednesday,thu thursday,thur thursday,thurs thursday,fri friday,sat saturday,sun sunday,bday birthday,xmas christmas",
    ).map((pair): [string, string] => {
      const [from = "", to = ""] = pair.split(" ");
      return [from, to];
    }),
  ),
  filler: words(
    "hi,hello,hey,hiya,heya,yo,howdy,good morning,good afternoon,good evening,greetings,dear,thanks,thank you,thank,please,sorry,excuse me,cheers,ok,okay,cool,great,lol,haha,hmm,um,oh,well," +
      "just wondering,wondering,id like,id love,id need,id want,ill be,ill need,ill take,quick question,question,questions,i was wondering,could you tell me,can you tell me,tell me,tell,let me know,let,know,curious,ask,asking,help,info,information,regarding," +
      "guys,folks,team,everyone,mate,there,here,anyone,anybody,someone,somebody,something,anything,thing,things,stuff,way,kind,sort,bit,lot,lots," +
      "do,does,did,is,are,am,was,be,been,can,could,would,will,should,may,might,must,shall,have,has,had,got,get,gets,getting,give,go,going,goes,come,coming,take,takes,taking,make,want,wanted,wants,need,needs,needed,like,love,looking,look,interested,interest,hoping,hope,thinking,think,plan,planning,possible,possibly,able,allowed,allow,ok to,try,trying,use,using," +
      "offer,offers,provide,provides,sell,run,running,say,said,see,seems,mean,put,keep,find,work,works,happen,happens," +
      "my,your,our,me,you,we,us,i,one,ones,some,any,every,each,all,also,too,even,still,yet,already,really,actually,maybe,perhaps,exactly,much,many,more,most,very,quite,sure,so,if,or,and,but,then,than,else,other,another,first,now,today,currently,right now,soon,anymore,usually,ever,again,back,new,good,nice,best,yes,no,not,us all,both,people,person,persons,myself",
  ),
  senses: [
    "open,opening,opens,opened,hours,opening hours,opening times,business hours,close,closes,closed,closing,shut,what time do you open,what time do you close",
    "kid,kids,child,children,childs,son,daughter,toddler,toddlers,little one,little ones,youngster,youngsters,family,families",
    "book,booking,bookings,booked,reserve,reservation,reservations,sign up,signup,enrol,enroll,register,registration,spot,spots",
    "cancel,cancelling,canceling,canceled,cancelled,cancellation,cancellations,refund,refunds,refunded,money back,reschedule,rescheduling,change my booking,cant make it,can not make it",
    "park,parking,car park,parked,parking lot",
    "gift card,gift cards,voucher,vouchers,gift certificate,gift certificates,gift voucher,gift vouchers,gift,gifts,present,presents",
    "beginner,beginners,newbie,novice,starter,no experience,experience,experienced,never done,never tried,never touched,first time,from scratch,complete beginner",
    "teach,teaches,lesson,lessons,class,classes,course,courses,workshop,workshops",
    "deliver,delivers,delivery,deliveries,ship,ships,shipping,shipped,mail,post",
    "pay,paying,payment,payments,credit card,credit cards,debit card,debit cards,card,cards,cash,apple pay,google pay,contactless",
    "discount,discounts,deal,deals,coupon,coupons,promo,promotion,promotions,student discount,special offer",
    "wear,wearing,what to wear,clothes,clothing,dress code",
    "pickup,pick up,pick it up,collect,collecting,collection,collected",
    "party,parties,birthday,birthdays,hen do,bachelorette,celebration,celebrate,team building,private event,private events,event,events",
    "wheelchair,accessible,accessibility,disabled,disability,step free,stairs",
    "broken,broke,break,breaks,breakage,crack,cracks,cracked,damaged,damage,smashed,shattered",
    "waitlist,waiting list,wait list,full,sold out,fully booked",
    "member,members,membership,memberships,join,subscription,monthly pass",
    "phone,phone number,call,telephone,ring",
    "email,e mail,mail address",
    "warranty,guarantee,guaranteed",
    "appointment,appointments,walk in,walk ins,drop in,drop ins",
    "dog,dogs,pet,pets,cat,cats,puppy",
    "wifi,wi fi,internet",
    "toilet,toilets,bathroom,restroom,restrooms,loo",
    "holiday,holidays,christmas,new year,new years,easter,thanksgiving,bank holiday,july 4th",
    "dishwasher,dishwashers,dishwasher safe",
    "second hand,secondhand,used,pre owned",
  ].map(words),
  aspects: [
    aspect(
      "where,located,location,address,directions,situated,how to find,find you,get to you,whereabouts",
      /\b(?:street|st|avenue|ave|road|rd|lane|drive|square|floor|building|behind|across|opposite|next to|corner)\b/i,
    ),
    aspect(
      "price,prices,pricing,priced,how much,cost,costs,fee,fees,rate,rates,charge,charges,expensive,cheap,pay for",
      AMOUNT,
    ),
    aspect(
      "when,what time,which day,which days,what day,what days,schedule,timetable,time,times,tomorrow,tonight,this week,next week,this weekend,weekend,weekends,evening,evenings,morning,mornings",
      either(DAY_EN, CLOCK, LENGTH_EN),
    ),
    aspect("how long,duration,last,lasts,how many hours,how many weeks,how many days,turnaround", LENGTH_EN),
    aspect(
      "how old,age,ages,aged,minimum age,years old,year old,years",
      /\b(?:ages?|aged|years? old|under|over) \d|\bages\b/i,
    ),
    // "Tuesday to Friday" speaks of Wednesday too: any day named may answer for another.
    ...words("monday,tuesday,wednesday,thursday,friday,saturday,sunday").map((day) => aspect(`${day},${day}s`, DAY_EN)),
  ],
};

const es: EverydayWords = {
  spellings: Object.fromEntries([
    ["q", "que"],
    ["k", "que"],
    ["xq", "porque"],
    ["pq", "porque"],
    ["x", "por"],
    ["tb", "tambien"],
    ["d", "de"],
  ]),
  filler: words(
    "hola,buenas,buenos dias,buenas tardes,buenas noches,gracias,por favor,porfa,favor,queria,quisiera,quiero,querria,saber,pregunta,decirme,puede,pueden,puedo,podria,podrian,hay,tienen,teneis,hacen,me,si,vale,ok,cual,cuales,como,que,mas,esta,estan,este,el,tu,tambien,aqui,alli,posible",
  ),
  senses: [
    "abrir,abren,abre,abierto,abiertos,cerrar,cierran,cierra,cerrado,horario,horarios,a que hora abren,a que hora cierran",
    "nino,ninos,nina,ninas,hijo,hija,hijos,infantil,peques",
    "reservar,reserva,reservas,apuntarse,apuntarme,inscribirse,inscripcion",
    "cancelar,cancelacion,anular,reembolso,devolucion,cambiar la reserva",
    "aparcar,aparcamiento,parking,estacionamiento,estacionar",
    "regalo,regalos,tarjeta regalo,bono regalo,vale regalo",
    "clase,clases,curso,cursos,taller,talleres",
    "pagar,pago,pagos,tarjeta,efectivo",
  ].map(words),
  aspects: [
    aspect(
      "donde,direccion,ubicacion,ubicado,como llegar",
      /\b(?:calle|avenida|av|plaza|paseo|piso|junto a|detr[aá]s|frente a)\b/i,
    ),
    aspect(
      "precio,precios,cuanto cuesta,cuanto cuestan,cuanto vale,cuanto es,cuesta,cuestan,tarifa,tarifas,coste,costo",
      AMOUNT,
    ),
    aspect(
      "cuando,a que hora,que dia,que dias,hora,horas,manana,hoy,lunes,martes,miercoles,jueves,viernes,sabado,sabados,domingo,domingos",
      either(/\b(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bados?|domingos?)\b/i, CLOCK),
    ),
  ],
};

const fr: EverydayWords = {
  spellings: Object.fromEntries([
    ["bjr", "bonjour"],
    ["pk", "pourquoi"],
    ["qd", "quand"],
    ["cb", "combien"],
    ["bcp", "beaucoup"],
  ]),
  filler: words(
    "bonjour,bonsoir,salut,merci,s il vous plait,svp,stp,voudrais,aimerais,veux,savoir,question,dire,pouvez,peut,puis,peux,est ce que,y a t il,avez,faites,proposez,ok,oui,quel,quels,quelle,quelles,comment,etes,etre,etait,ete,meme,a,deja,tres,bien,aussi,encore,possible",
  ),
  senses: [
    "ouvrir,ouvert,ouverts,ouvrez,ouverture,fermer,ferme,fermez,fermeture,horaire,horaires,heures d ouverture",
    "enfant,enfants,fils,fille,gamin,gamins",
    "reserver,reservation,reservations,inscription,inscrire",
    "annuler,annulation,rembourser,remboursement,reporter",
    "garer,stationnement,parking,se garer,stationner",
    "cadeau,cadeaux,bon cadeau,carte cadeau,cheque cadeau",
    "cours,atelier,ateliers,stage,stages",
    "payer,paiement,carte,especes",
  ].map(words),
  aspects: [
    aspect(
      "ou etes vous,ou se trouve,adresse,lieu,situe,situes",
      /\b(?:rue|avenue|place|boulevard|chemin|[ée]tage|derri[eè]re|en face)\b/i,
    ),
    aspect("prix,combien,combien coute,coute,coutent,tarif,tarifs,cout", AMOUNT),
    aspect(
      "quand,a quelle heure,quel jour,quels jours,heure,heures,demain,aujourd hui,lundi,mardi,mercredi,jeudi,vendredi,samedi,dimanche",
      either(/\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?\b/i, CLOCK),
    ),
  ],
};

const de: EverydayWords = {
  spellings: Object.fromEntries([
    ["hab", "habe"],
    ["gibts", "gibt"],
    ["vllt", "vielleicht"],
    ["lg", "danke"],
  ]),
  filler: words(
    "hallo,hi,guten tag,guten morgen,guten abend,moin,servus,danke,vielen dank,bitte,mochte,wurde,gerne,gern,frage,wissen,sagen,kann,konnen,konnte,habt,haben,hat,gibt es,gibt,bieten,ihr,ok,ja,fur,uber,wahrend,konnen,wie,welche,welcher,welches,moglich,auch,noch,mal",
  ),
  senses: [
    "offnungszeiten,offen,geoffnet,offnet,offnen,geschlossen,schliesst,schliessen,auf,zu",
    "kind,kinder,kindern,sohn,tochter",
    "buchen,buchung,reservieren,reservierung,anmelden,anmeldung,platz,platze",
    "stornieren,stornierung,absagen,ruckerstattung,erstattung,umbuchen",
    "parken,parkplatz,parkplatze,parkhaus",
    "gutschein,gutscheine,geschenkgutschein,geschenk",
    "kurs,kurse,workshop,workshops,unterricht",
    "zahlen,bezahlen,zahlung,karte,bar,barzahlung",
  ].map(words),
  aspects: [
    aspect(
      "wo,adresse,standort,anfahrt,wo seid ihr",
      /(?:stra(?:ß|ss)e|str\.|platz|weg|gasse)\b|\b(?:hinter|gegen[uü]ber|neben)\b/i,
    ),
    aspect(
      "preis,preise,was kostet,wie viel kostet,wieviel kostet,kostet,kosten,wie viel,wieviel,wie teuer,teuer,gebuhr",
      AMOUNT,
    ),
    aspect(
      "wann,um wie viel uhr,welcher tag,an welchen tagen,uhrzeit,uhr,morgen,heute,montag,dienstag,mittwoch,donnerstag,freitag,samstag,sonntag",
      either(/\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)s?\b/i, CLOCK),
    ),
  ],
};

const none: EverydayWords = { spellings: {}, filler: [], senses: [], aspects: [] };

export const everydayWords: Readonly<Record<string, EverydayWords>> = { en, es, fr, de, other: none };
