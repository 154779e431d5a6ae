/**
 * Words that nearly every English text has, and that say little about which one is meant. A vector is made from its text alone, so there
 * are no counts over a collection that would tell; a list is the best that can be had. They keep a tenth of their weight, rather than none, so
 * that a text of nothing else is still found.
 *
 * English alone, on purpose: the function words of one language are ordinary words of another (German `die`, French `on`), and the more
 * languages, the more the list would take from each.
 */
export const functionWords: ReadonlySet<string> = new Set(
  (
    "a about above after again against ain all also am an and any are aren as at be because been before being below between both but by can " +
    "cannot could couldn d did didn do does doesn doing don down during each few for from further had hadn has hasn have haven having he her " +
    "here hers him his how i if in into is isn it its itself just let ll m might more most must my no nor not now of off on once only or other " +
    "our ours out over own re s same she should shouldn so some such t than that the their theirs them then there these they this those through " +
    "to too under until up upon us ve very was wasn we were weren what when where whether which while who whom whose why will with won would " +
    "wouldn you your yours"
  ).split(" "),
);
